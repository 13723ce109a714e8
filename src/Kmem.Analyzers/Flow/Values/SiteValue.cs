using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>Whatever an expression gave, or a place held where paths met: told apart from all others by where it stands.</summary>
internal sealed class SiteValue : Value
{
    private SiteValue? _older;

    /// <param name="syntax">The expression.</param>
    /// <param name="part">Tells the values of one expression apart: its result, its out arguments.</param>
    /// <param name="isOlder">The value of an earlier round through a loop.</param>
    public SiteValue(SyntaxNode syntax, int part = 0, bool isOlder = false)
        : this(syntax, part, null, isOlder)
    {
    }

    private SiteValue(SyntaxNode syntax, int part, Value? place, bool isOlder)
        : base(Combine(8, syntax.GetHashCode(), (part * 2) + (isOlder ? 1 : 0)) + (place?.GetHashCode() ?? 0))
    {
        Syntax = syntax;
        Part = part;
        Place = place;
        IsOlder = isOlder;
    }

    public SyntaxNode Syntax { get; }

    public int Part { get; }

    /// <summary>The place whose value it is, where paths met on which it held different ones; null for what an expression gave.</summary>
    public Value? Place { get; }

    public bool IsOlder { get; }

    public SiteValue Older => _older ??= new SiteValue(Syntax, Part, Place, isOlder: true);

    /// <summary>What a place holds behind a point where paths meet.</summary>
    public static SiteValue AtMeeting(SyntaxNode syntax, int part, Value place) => new(syntax, part, place, isOlder: false);

    protected override bool IsSame(Value other) =>
        other is SiteValue site && ReferenceEquals(Syntax, site.Syntax) && Part == site.Part && IsOlder == site.IsOlder && Equals(Place, site.Place);

    public override string ToString() => Place is null
        ? "<" + Syntax.ToString() + (Part == 0 ? "" : "#" + Part) + (IsOlder ? "'" : "") + ">"
        : "<" + Place + " at " + Part + (IsOlder ? "'" : "") + ">";
}
