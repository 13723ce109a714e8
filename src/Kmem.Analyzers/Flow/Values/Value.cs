using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>
/// What a place may hold, as a term. Terms are compared by structure, so two names of one thing share a value. The address
/// of a place is a value too: a variable's, or that of a field or element behind another address or reference.
/// </summary>
internal abstract class Value : IEquatable<Value>
{
    /// <summary>Deeper terms are given up as unknown; it keeps loops finite.</summary>
    public const int MaxDepth = 8;

    private readonly int _hash;
    private readonly Value? _left;
    private readonly Value? _right;

    // A bit for this term and for each part of it, down to the last: a filter, in which bits may coincide.
    private readonly ulong _contents;

    protected Value(int hash, Value? left = null, Value? right = null)
    {
        _hash = hash;
        _left = left;
        _right = right;
        _contents = Bit(hash) | (left?._contents ?? 0) | (right?._contents ?? 0);
        Depth = Math.Max(left?.Depth ?? 0, right?.Depth ?? 0) + 1;
    }

    public int Depth { get; }

    /// <summary>Nothing more can be made of this term.</summary>
    public bool IsDeepest => Depth >= MaxDepth;

    /// <summary>The terms that this one is made of.</summary>
    public ValueParts Parts => new(_left, _right);

    /// <summary>Whether a term is this one or a part of it.</summary>
    public bool Mentions(Value part) =>
        (_contents & Bit(part._hash)) != 0
        && (Equals(part) || (_left is not null && _left.Mentions(part)) || (_right is not null && _right.Mentions(part)));

    /// <summary>A value that an expression gave last, if this term is one or has one as a part; null if it has none.</summary>
    public SiteValue? FindResultOf(SyntaxNode expression) => this is SiteValue { IsOlder: false } site
        ? ReferenceEquals(site.Syntax, expression) ? site : null
        : _left?.FindResultOf(expression) ?? _right?.FindResultOf(expression);

    public bool Equals(Value? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && IsSame(other));

    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    public sealed override int GetHashCode() => _hash;

    /// <summary>Whether another term with the same hash is equal to this one.</summary>
    protected abstract bool IsSame(Value other);

    private static ulong Bit(int hash) => 1UL << (hash & 63);

    protected static int Combine(int first, int second, int third = 0) => unchecked((((first * 31) + second) * 31) + third);
}
