using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Is told what happens to memory: to report it, to learn from it, or to do nothing.</summary>
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

/// <summary>For summaries: what is wrong in a method is reported there, not at its callers.</summary>
internal sealed class SilentObserver : ILifetimeObserver
{
    public static readonly SilentObserver Instance = new();

    public void UsedUnchecked(Memory memory, IOperation use)
    {
    }

    public void ReleasedToOther(Memory memory, ReleaseContract release, IMethodSymbol function, IOperation argument)
    {
    }

    public void ReleasedUnknown(Value value, ReleaseContract release, IMethodSymbol function, IOperation argument, PathState state)
    {
    }

    public void Stored(Value address, Value value, PathState state)
    {
    }
}
