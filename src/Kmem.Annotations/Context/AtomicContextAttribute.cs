using System;

namespace Kmem.Annotations;

/// <summary>
/// Promises that the code runs where nothing may sleep: an interrupt handler, a tasklet, a timer callback.
/// </summary>
/// <remarks>
/// <para>Put it on a method, constructor, property, lambda or local function to speak of its body; on a class, struct or
/// interface to speak of every member; on a delegate type, or on a parameter whose type is a delegate, to speak of
/// whatever method or lambda is converted to it.</para>
/// <para>The analyzers report every call in such code that may block (KMEM1002) and every allocation whose flags let it
/// wait (KMEM1001), also through the methods it calls. Overrides and implementations inherit the contract.</para>
/// <para>Why an interrupt handler may not sleep: Linux Kernel Development, 3rd ed., ch. 7, "Interrupt Context".</para>
/// </remarks>
/// <example>
/// <code>[AtomicContext(AtomicKind.HardIrq)] delegate void InterruptHandler(int irq);</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Delegate
    | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
public sealed class AtomicContextAttribute : Attribute
{
    /// <summary>Atomic code, for a reason that is not told.</summary>
    public AtomicContextAttribute()
    {
    }

    /// <summary>Atomic code, for the given reason.</summary>
    /// <param name="kind">Why the code may not sleep; the analyzers name it in their messages.</param>
    public AtomicContextAttribute(AtomicKind kind) => Kind = kind;

    /// <summary>Why the code may not sleep.</summary>
    public AtomicKind Kind { get; }
}
