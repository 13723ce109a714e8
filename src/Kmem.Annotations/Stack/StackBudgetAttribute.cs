using System;

namespace Kmem.Annotations;

/// <summary>
/// Limits the stack that the locals of one method may use, <c>stackalloc</c>, fixed buffers and struct locals included.
/// </summary>
/// <remarks>
/// <para>Put it on a method, on a type for all its methods, or on the assembly; the innermost one counts.</para>
/// <para>The analyzers report the largest local of a method that needs more (KMEM5001); without the attribute the limit comes
/// from <c>kmem_stack_budget</c> in .editorconfig.</para>
/// <para>Why kernel stacks are small: Linux Kernel Development, 3rd ed., ch. 12, "Statically Allocating on the Stack".</para>
/// </remarks>
/// <example>
/// <code>[StackBudget(512)] int ParseHeader(byte* header)</code>
/// </example>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method)]
public sealed class StackBudgetAttribute : Attribute
{
    /// <summary>Sets the limit.</summary>
    /// <param name="bytes">The most bytes the locals of one method may take; above 0.</param>
    public StackBudgetAttribute(int bytes) => Bytes = bytes;

    /// <summary>The limit in bytes.</summary>
    public int Bytes { get; }
}
