using System;
using System.Collections.Generic;

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

    protected Value(int hash, int depth)
    {
        _hash = hash;
        Depth = depth;
    }

    public int Depth { get; }

    /// <summary>The terms that this one is made of.</summary>
    public virtual IEnumerable<Value> Parts => Array.Empty<Value>();

    public abstract bool Equals(Value? other);

    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    public sealed override int GetHashCode() => _hash;

    protected static int Combine(int first, int second, int third = 0) => unchecked((((first * 31) + second) * 31) + third);
}
