using System;

namespace Kmem.Annotations;

/// <summary>
/// Promises that the argument is only used while the call lasts: when it returns, no copy is left behind, and the memory
/// is as live, and as much the caller's, as before.
/// </summary>
/// <remarks>
/// <para>Put it on a parameter that takes memory.</para>
/// <para>An unknown method is taken to borrow where a use after release is in question, and to take over where a leak is:
/// both keep the analyzers silent. This attribute settles it, so that a leak behind the call is seen (KMEM2005).</para>
/// </remarks>
/// <example>
/// <code>uint Checksum([Borrows] byte* data, nuint length)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BorrowsAttribute : Attribute
{
}
