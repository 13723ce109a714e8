using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>A call that releases memory, takes it over, or hands it to a function that does.</summary>
/// <param name="Contract">What is taken back.</param>
/// <param name="Function">The method that is called.</param>
/// <param name="Argument">The memory, as it is passed.</param>
/// <param name="Site">The call.</param>
internal sealed record ReleaseCall(ReleaseContract Contract, IMethodSymbol Function, IOperation Argument, SyntaxNode Site)
{
    /// <summary>What becomes of the memory.</summary>
    public EndingKind Kind { get; init; } = EndingKind.Released;

    /// <summary>The name of the function that does it in the end.</summary>
    public string FinalFunction { get; init; } = CallSite.NameOf(Function);

    /// <summary>The order of pages; null: not known, or no pages.</summary>
    public Value? Order { get; init; }

    /// <summary>The pool it goes back to; null: not known, or none.</summary>
    public Value? Pool { get; init; }

    /// <summary>Where the order is passed; null: it is not.</summary>
    public IOperation? OrderArgument { get; init; }

    /// <summary>Where the pool is passed; null: it is not.</summary>
    public IOperation? PoolArgument { get; init; }

    /// <summary>The call's own contract says what it does, so that it can be looked at for what it is.</summary>
    public bool IsDirect { get; init; } = true;

    /// <summary>It is what the object holds that is passed, or called: the owner releases its own.</summary>
    public bool IsByHolder { get; init; }

    /// <summary>The function cannot know what the memory points to: it takes any address.</summary>
    public bool IsUntyped { get; init; }
}
