using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>A place in this body where it may sleep.</summary>
/// <param name="Node">The call, or the keyword of an <c>await</c>.</param>
/// <param name="Name">What is called, for messages.</param>
/// <param name="Callee">The method that is called; null for <c>await</c>.</param>
/// <param name="Flags">The flags that decide whether it sleeps; null: it does.</param>
internal sealed record SleepOccurrence(SyntaxNodeOrToken Node, string Name, IMethodSymbol? Callee, FlagsArgument? Flags)
{
    /// <summary>The calls inside the callee on the way to the one that sleeps.</summary>
    public ImmutableArray<SyntaxNodeOrToken> Way { get; init; } = ImmutableArray<SyntaxNodeOrToken>.Empty;

    /// <summary>The name of what sleeps in the end, where it is not the callee itself.</summary>
    public string Sleeper { get; init; } = "";

    /// <summary>The section that the callee itself is inside when it sleeps.</summary>
    public OpenSection? Guard { get; init; }
}

/// <summary>Allocation flags that are passed to a call.</summary>
/// <param name="Value">What they can be.</param>
/// <param name="Syntax">The argument; null where the flags are no argument of this call.</param>
/// <param name="Type">The flags' enum; null where it is not known.</param>
internal sealed record FlagsArgument(Value Value, SyntaxNode? Syntax, ITypeSymbol? Type);
