using System;

namespace Kmem.Annotations;

/// <summary>Promises that the call never blocks its caller.</summary>
/// <remarks>
/// <para>Put it on a method, constructor, property or delegate type; on a virtual or interface member it binds every
/// override and implementation.</para>
/// <para>The analyzers trust it where the member is called, and check it where a body fulfils it: a sleeping call in
/// that body, or in an override's, is KMEM1010.</para>
/// </remarks>
/// <example>
/// <code>[NeverSleeps] void Enqueue(Packet packet)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Delegate)]
public sealed class NeverSleepsAttribute : Attribute
{
}
