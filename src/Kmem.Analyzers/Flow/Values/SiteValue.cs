using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>Whatever an expression gave, or a place held where paths met: told apart from all others by where it stands.</summary>
internal sealed class SiteValue : Value
{
    private const int OldestAge = 2;

    private readonly int _age;
    private SiteValue? _older;

    /// <param name="syntax">The expression.</param>
    /// <param name="part">Tells the values of one expression apart: its result, its out arguments.</param>
    public SiteValue(SyntaxNode syntax, int part = 0)
        : this(syntax, part, null, age: 0)
    {
    }

    private SiteValue(SyntaxNode syntax, int part, Value? place, int age)
        : base(Combine(8, syntax.GetHashCode(), (part * (OldestAge + 1)) + age) + (place?.GetHashCode() ?? 0))
    {
        Syntax = syntax;
        Part = part;
        Place = place;
        _age = age;
    }

    public SyntaxNode Syntax { get; }

    public int Part { get; }

    /// <summary>The place whose value it is, where paths met on which it held different ones; null for what an expression gave.</summary>
    public Value? Place { get; }

    /// <summary>The value of an earlier round through a loop.</summary>
    public bool IsOlder => _age > 0;

    /// <summary>One of the values of several earlier rounds: two that have this name need not be the same.</summary>
    public bool IsOldest => _age == OldestAge;

    /// <summary>The value that the expression gave before this one; all that were before that share one name.</summary>
    public SiteValue Older => IsOldest ? this : _older ??= new SiteValue(Syntax, Part, Place, _age + 1);

    /// <summary>What a place holds behind a point where paths meet.</summary>
    public static SiteValue AtMeeting(SyntaxNode syntax, int part, Value place) => new(syntax, part, place, age: 0);

    protected override bool IsSame(Value other) =>
        other is SiteValue site && ReferenceEquals(Syntax, site.Syntax) && Part == site.Part && _age == site._age && Equals(Place, site.Place);

    public override string ToString() => Place is null
        ? "<" + Syntax.ToString() + (Part == 0 ? "" : "#" + Part) + new string('\'', _age) + ">"
        : "<" + Place + " at " + Part + new string('\'', _age) + ">";
}
