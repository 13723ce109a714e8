using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>One way out of a body, and what has become of sections and locks there.</summary>
/// <param name="Place">The keyword, closing brace or expression that ends the path.</param>
/// <param name="Open">Sections that the body has entered and not left.</param>
/// <param name="Left">Sections of the caller that it has left and not entered again.</param>
/// <param name="Closed">Sections that it has entered and left.</param>
/// <param name="Result">The signs that the returned value can have.</param>
internal sealed record BodyExit(
    SyntaxNodeOrToken Place, ImmutableArray<OpenSection> Open, ImmutableArray<SectionKey> Left, ImmutableArray<SectionKey> Closed, Signs Result)
{
    /// <summary>The sums of a path: what the body entered again after leaving it for its caller is as it was.</summary>
    public static BodyExit Of(SyntaxNodeOrToken place, ContextState state, Signs result)
    {
        var open = state.Open.Where(section => section.Site is not null).ToList();
        var left = state.Left.Where(section => !open.Remove(Find(open, section))).ToImmutableArray();
        return new BodyExit(place, open.ToImmutableArray(), left, state.Closed, result);
    }

    public bool IsOpen(SectionKey section) => Open.Any(open => open.Identity.Equals(section));

    public bool Equals(BodyExit? other) => other is not null && Place.Equals(other.Place) && Result == other.Result
        && Open.SequenceEqual(other.Open) && Left.SequenceEqual(other.Left) && Closed.SequenceEqual(other.Closed);

    public override int GetHashCode() => Place.Span.GetHashCode() + Open.Length + (Left.Length * 8) + (Closed.Length * 64);

    private static OpenSection Find(List<OpenSection> open, SectionKey left) =>
        open.Find(section => section.IsLeftBy(left.Kind, left.Key))
        ?? open.Find(section => section.Kind == left.Kind && left.Key is not null && SectionKey.IsUncertain(left.Key))!;
}
