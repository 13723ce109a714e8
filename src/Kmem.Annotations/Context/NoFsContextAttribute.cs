using System;

namespace Kmem.Annotations;

/// <summary>
/// Promises that allocations in this code do not call into a file system: the code holds file-system locks that a
/// write-back would need.
/// </summary>
/// <remarks>
/// <para>Put it on a method, a delegate type, or a type for all its members.</para>
/// <para>The analyzers report allocation flags that contain <c>__GFP_FS</c> (KMEM3002) and offer <c>GFP_NOFS</c>.</para>
/// <para>The flags and their use: Linux Kernel Development, 3rd ed., ch. 12, "gfp_mask Flags".</para>
/// </remarks>
/// <example>
/// <code>[NoFsContext] int WriteInode(Inode inode)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate)]
public sealed class NoFsContextAttribute : Attribute
{
}
