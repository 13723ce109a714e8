using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the delegate passed here is invoked before the call returns, in the caller's context: as a callback of
/// a loop is, and a callback of a timer is not.
/// </summary>
/// <remarks>
/// <para>Put it on a parameter whose type is a delegate.</para>
/// <para>The analyzers read the lambda's body as if it stood at the call: under the caller's locks, with what the caller
/// knows of its memory.</para>
/// </remarks>
/// <example>
/// <code>void ForEachPage(Pages pages, [InvokedInPlace] Action&lt;Page&gt; visit)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InvokedInPlaceAttribute : Attribute
{
}
