namespace Kmem.Annotations;

/// <summary>Why code under <see cref="AtomicContextAttribute"/> may not sleep.</summary>
public enum AtomicKind
{
    /// <summary>The reason is not told.</summary>
    Unspecified,

    /// <summary>Preemption is disabled: the code must stay on its processor.</summary>
    PreemptionDisabled,

    /// <summary>A soft interrupt: tasklets, timers, network receive and transmit.</summary>
    SoftIrq,

    /// <summary>A hardware interrupt handler, with its line masked.</summary>
    HardIrq,
}
