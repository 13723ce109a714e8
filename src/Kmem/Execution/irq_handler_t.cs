using Kmem.Annotations;

namespace Kmem;

/// <summary>What an interrupt handler says about an interrupt.</summary>
public enum irqreturn_t
{
    /// <summary>It was not from this device.</summary>
    IRQ_NONE,
    /// <summary>It was handled.</summary>
    IRQ_HANDLED,
    /// <summary>It was handled, and a thread is to do the rest.</summary>
    IRQ_WAKE_THREAD,
}

/// <summary>Handles an interrupt, in hard-interrupt context: it must not sleep. Source: Linux Kernel Development, 3rd ed., ch. 7.</summary>
/// <param name="irq">The line.</param>
/// <param name="dev_id">What request_irq was given.</param>
/// <returns>Whether the interrupt was the device's.</returns>
[AtomicContext(AtomicKind.HardIrq)]
public unsafe delegate irqreturn_t irq_handler_t(int irq, void* dev_id);
