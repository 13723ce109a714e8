using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A text without its markup, and what the markup said.</summary>
internal sealed record MarkedText(string Text, ImmutableArray<MarkedSpan> Spans);

/// <summary>A marked span.</summary>
/// <param name="Name">Null for <c>[|text|]</c>; an id; or a location key that starts with <c>#</c>.</param>
/// <param name="Span">The span in the text without markup.</param>
internal readonly record struct MarkedSpan(string? Name, TextSpan Span)
{
    public bool IsLocationKey => Name is ['#', ..];
}
