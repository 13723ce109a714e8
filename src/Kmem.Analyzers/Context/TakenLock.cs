namespace Kmem.Analyzers.Context;

/// <summary>A lock that is waited for.</summary>
/// <param name="IsShared">Several may hold it at once in the way it is taken here.</param>
/// <param name="Name">The lock, as messages name it.</param>
internal sealed record TakenLock(SectionKey Section, bool IsShared, string Name);
