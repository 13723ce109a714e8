using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the argument changes hands: from this call on somebody else will release it, as a registry releases what was
/// registered. Its former owner may still look at it.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that is handed over.</para>
/// <para>The analyzers stop asking the caller for a release, and report one that comes all the same (KMEM2003).</para>
/// </remarks>
/// <example>
/// <code>int RegisterDevice([TakesOwnership(When = Outcome.Zero)] Device* device)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TakesOwnershipAttribute : Attribute
{
    /// <summary>The results with which the argument is handed over; <see cref="Outcome.Always"/> where nothing is said.</summary>
    public Outcome When { get; set; }
}
