using System;

namespace Kmem.Annotations;

/// <summary>
/// Promises that allocations in this code do not start block I/O: the code is itself part of the way to the disk, so
/// that waiting for a write-back would wait for itself.
/// </summary>
/// <remarks>
/// <para>Put it on a method, a delegate type, or a type for all its members.</para>
/// <para>The analyzers report allocation flags that contain <c>__GFP_IO</c> (KMEM3002) and offer <c>GFP_NOIO</c>.</para>
/// <para>The flags and their use: Linux Kernel Development, 3rd ed., ch. 12, "gfp_mask Flags".</para>
/// </remarks>
/// <example>
/// <code>[NoIoContext] int SubmitRequest(Request request)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate)]
public sealed class NoIoContextAttribute : Attribute
{
}
