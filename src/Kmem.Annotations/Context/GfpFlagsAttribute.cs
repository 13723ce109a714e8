using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the parameter holds allocation flags, and that the call may block exactly if they contain <c>__GFP_WAIT</c>.
/// </summary>
/// <remarks>
/// <para>Put it on the flags parameter of an allocating method. A source method that hands its own flags on needs no
/// attribute: the analyzers find that out.</para>
/// <para>The analyzers compute what the flags can be, through constants, locals, fields and operators, and report ones that
/// may wait in atomic code at the argument (KMEM1001), as well as flags that contradict each other (KMEM3001).</para>
/// <para>The flags: Linux Kernel Development, 3rd ed., ch. 12, "gfp_mask Flags".</para>
/// </remarks>
/// <example>
/// <code>void* AllocateRing(uint entries, [GfpFlags] gfp_t flags)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class GfpFlagsAttribute : Attribute
{
}
