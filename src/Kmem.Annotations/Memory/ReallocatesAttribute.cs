using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call resizes the memory behind the argument, and may move it: a result other than null replaces the old
/// pointer, which must not be touched again; after a null result the old pointer is as good as before.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that takes the old pointer; the return value says <see cref="AllocatesAttribute"/>.</para>
/// <para>The analyzers report uses of the old pointer after success (KMEM2004), its release (KMEM2003), and
/// <c>p = krealloc(p, ...)</c>, which loses the old memory when it fails (KMEM2009).</para>
/// </remarks>
/// <example>
/// <code>[return: Allocates("heap")] void* Resize([Reallocates] void* old, nuint size)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ReallocatesAttribute : Attribute
{
}
