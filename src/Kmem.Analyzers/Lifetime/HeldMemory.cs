namespace Kmem.Analyzers.Lifetime;

/// <summary>Memory that this body has to release, at a point of a path.</summary>
/// <param name="MayBeNull">On this path it may as well be that there is none.</param>
internal sealed record HeldMemory(Memory Memory, bool MayBeNull);
