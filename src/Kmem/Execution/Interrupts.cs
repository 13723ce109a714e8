using Kmem.Observation;

namespace Kmem.Execution;

/// <summary>
/// Interrupt lines and their handlers. An interrupt is a real call: <see cref="Raise"/> runs the line's handlers in hard-interrupt context on the caller's CPU, and then what they
/// scheduled in soft-interrupt context; while the caller has interrupts off it waits until they are on. Source: Linux Kernel Development, 3rd ed., ch. 7.
/// </summary>
public sealed unsafe class Interrupts
{
    /// <summary>IRQF_SHARED: the line may have several handlers.</summary>
    internal const nuint Shared = 0x80;

    private readonly ContextTracker _context;
    private readonly SoftInterrupts _softInterrupts;
    private readonly KernelLog _log;
    private RawSpinLock _lock;
    private readonly Dictionary<uint, Handler[]> _lines = [];

    // Of all machines: a handler of one may raise an interrupt of another.
    [ThreadStatic] private static List<(Interrupts Owner, uint Irq)>? s_waiting;

    internal Interrupts(ContextTracker context, SoftInterrupts softInterrupts, KernelLog log)
    {
        _context = context;
        _softInterrupts = softInterrupts;
        _log = log;
        context.InterruptsEnabled += block => RunWaiting((CpuBlock*)block);
        context.SoftInterruptsEnabled += block => softInterrupts.RunPending((CpuBlock*)block);
    }

    /// <summary>Raises the interrupt of a line.</summary>
    /// <param name="irq">The line.</param>
    /// <returns>True if a handler took it, or will when interrupts are on again.</returns>
    public bool Raise(uint irq)
    {
        CpuBlock* block = _context.Blocks.Current;
        if ((block->Held & SectionCount.InterruptsOffMask) == 0)
            return Deliver(block, irq);
        (s_waiting ??= []).Add((this, irq));
        block->PendingInterrupts = 1;
        return true;
    }

    /// <summary>Adds a handler; false if the line is taken and not both shared.</summary>
    internal bool TryAdd(uint irq, irq_handler_t function, nuint flags, string name, void* dev)
    {
        Handler added = new(function, (flags & Shared) != 0, name, (nint)dev);
        using (_lock.Hold())
        {
            Handler[] line = _lines.GetValueOrDefault(irq, []);
            if (line.Length > 0 && !(added.IsShared && line.All(handler => handler.IsShared)))
                return false;
            _lines[irq] = [.. line, added];
            return true;
        }
    }

    /// <summary>Removes the handler of a device and waits until it runs nowhere; false if there is none.</summary>
    internal bool TryRemove(uint irq, void* dev)
    {
        nint id = (nint)dev;
        Handler? removed;
        using (_lock.Hold())
        {
            Handler[] line = _lines.GetValueOrDefault(irq, []);
            removed = Array.Find(line, handler => handler.Cookie == id);
            if (removed == null)
                return false;
            _lines[irq] = [.. line.Where(handler => handler != removed)];
        }
        SteadyWait wait = default;
        while (Volatile.Read(ref removed.Running) != 0)
            wait.SpinOrSleepOnce();
        wait.End();
        return true;
    }

    private bool Deliver(CpuBlock* block, uint irq)
    {
        bool handled = false;
        nuint stackBase = block->StackBase;
        _context.Enter(block, SectionKind.HardInterrupt);
        _context.Enter(block, SectionKind.Interrupts);
        block->StackBase = (nuint)(&handled);
        try
        {
            handled = RunHandlers(irq);
        }
        finally
        {
            block->StackBase = stackBase;
            LeaveBoth(block);
        }
        if (!_context.InInterrupt(block))
            _softInterrupts.RunPending(block);
        if (!handled)
            _log.Write($"irq {irq}: nobody cared; handlers: {DescribeHandlers(irq)}");
        return handled;
    }

    // Leaving lets in what waited meanwhile: interrupts first, then what they scheduled. They may fail.
    private void LeaveBoth(CpuBlock* block)
    {
        try
        {
            _context.Leave(block, SectionKind.Interrupts);
        }
        finally
        {
            _context.Leave(block, SectionKind.HardInterrupt);
        }
    }

    private bool RunHandlers(uint irq)
    {
        Handler[] line;
        using (_lock.Hold())
        {
            line = _lines.GetValueOrDefault(irq, []);
            foreach (Handler handler in line)
                Interlocked.Increment(ref handler.Running);
        }
        bool handled = false;
        try
        {
            foreach (Handler handler in line)
                handled |= Run(handler, irq);
        }
        finally
        {
            foreach (Handler handler in line)
                Interlocked.Decrement(ref handler.Running);
        }
        return handled;
    }

    private bool Run(Handler handler, uint irq)
    {
        Footing before = _context.TakeFooting();
        try
        {
            return handler.Function((int)irq, (void*)handler.Cookie) != irqreturn_t.IRQ_NONE;
        }
        finally
        {
            _context.SetBack(before, handler.Title);
        }
    }

    private string DescribeHandlers(uint irq)
    {
        Handler[] line;
        using (_lock.Hold())
            line = _lines.GetValueOrDefault(irq, []);
        return line.Length > 0 ? string.Join(", ", line.Select(handler => handler.Name)) : "none";
    }

    private void RunWaiting(CpuBlock* block)
    {
        block->PendingInterrupts = 0;
        try
        {
            while ((block->Held & SectionCount.InterruptsOffMask) == 0 && TryTakeWaiting(out uint irq))
                Deliver(block, irq);
        }
        finally
        {
            if (s_waiting != null && s_waiting.Exists(IsOwn))
                block->PendingInterrupts = 1;
        }
    }

    private bool TryTakeWaiting(out uint irq)
    {
        int first = s_waiting?.FindIndex(IsOwn) ?? -1;
        irq = first < 0 ? 0 : s_waiting![first].Irq;
        if (first >= 0)
            s_waiting!.RemoveAt(first);
        return first >= 0;
    }

    private bool IsOwn((Interrupts Owner, uint Irq) waiting) => waiting.Owner == this;

    private sealed class Handler(irq_handler_t function, bool isShared, string name, nint cookie)
    {
        public readonly irq_handler_t Function = function;
        public readonly bool IsShared = isShared;
        public readonly string Name = name;
        public readonly string Title = $"the interrupt handler `{name}'";
        public readonly nint Cookie = cookie;
        public int Running;
    }
}
