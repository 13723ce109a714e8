using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>Whatever an expression gave: told apart from all others by where it stands.</summary>
internal sealed class SiteValue : Value
{
    /// <param name="syntax">The expression.</param>
    /// <param name="part">Tells the values of one expression apart: its result, its out arguments.</param>
    /// <param name="isOlder">The value of an earlier round through a loop.</param>
    public SiteValue(SyntaxNode syntax, int part = 0, bool isOlder = false)
        : base(Combine(8, syntax.GetHashCode(), (part * 2) + (isOlder ? 1 : 0)))
    {
        Syntax = syntax;
        Part = part;
        IsOlder = isOlder;
    }

    public SyntaxNode Syntax { get; }

    public int Part { get; }

    public bool IsOlder { get; }

    public SiteValue Older => new(Syntax, Part, isOlder: true);

    protected override bool IsSame(Value other) =>
        other is SiteValue site && ReferenceEquals(Syntax, site.Syntax) && Part == site.Part && IsOlder == site.IsOlder;

    public override string ToString() =>
        "<" + Syntax.ToString() + (Part == 0 ? "" : "#" + Part) + (IsOlder ? "'" : "") + ">";
}
