using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>A method may sleep when it is called.</summary>
/// <param name="Flags">The allocation flags that decide; null: it sleeps whatever it is given.</param>
/// <param name="Left">The caller's sections that it leaves before it sleeps.</param>
/// <param name="IsGuarded">It sleeps inside a section that it has entered itself.</param>
internal sealed record SleepEffect(Value? Flags, ImmutableArray<SectionKey> Left, bool IsGuarded)
{
    /// <summary>The calls on the way to the one that sleeps, outermost first.</summary>
    public ImmutableArray<SyntaxNodeOrToken> Way { get; init; } = ImmutableArray<SyntaxNodeOrToken>.Empty;

    /// <summary>The name of what sleeps in the end.</summary>
    public string Sleeper { get; init; } = "";

    /// <summary>The section that it sleeps inside, where it is guarded.</summary>
    public OpenSection? Guard { get; init; }

    // The way is told, but makes no difference: recursion would make ever longer ones.
    public bool Equals(SleepEffect? other) =>
        other is not null && Equals(Flags, other.Flags) && IsGuarded == other.IsGuarded && Left.SequenceEqual(other.Left);

    public override int GetHashCode() => (Flags?.GetHashCode() ?? 0) + (IsGuarded ? 1 : 0) + (Left.Length * 2);
}

