using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Is told what happens to memory: to report it, or to learn from it.</summary>
internal interface ILifetimeObserver
{
    /// <summary>Memory is used where its allocation has failed.</summary>
    void UsedUnchecked(Memory memory, IOperation use);

    /// <summary>Memory is released by a function of another family.</summary>
    void ReleasedToOther(Memory memory, ReleaseContract release, IMethodSymbol function, IOperation argument);

    /// <summary>Something is released whose origin is not on this path.</summary>
    void ReleasedUnknown(Value value, ReleaseContract release, IMethodSymbol function, IOperation argument, PathState state);

    /// <summary>A value is written to a place.</summary>
    void Stored(Value address, Value value, PathState state);
}
