using System;
using System.Collections;
using System.Collections.Generic;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>
/// An immutable map of a few dozen entries, compared by content. A state is copied far more often than it is searched, and
/// two states are compared at every join; an array does both well at this size.
/// </summary>
internal sealed class SmallMap<TKey, TValue> : IEquatable<SmallMap<TKey, TValue>>, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : class
    where TValue : class
{
    public static readonly SmallMap<TKey, TValue> Empty = new(Array.Empty<KeyValuePair<TKey, TValue>>());

    private readonly KeyValuePair<TKey, TValue>[] _entries;
    private readonly int _hash;

    private SmallMap(KeyValuePair<TKey, TValue>[] entries)
    {
        _entries = entries;
        foreach (var entry in entries)
            _hash ^= unchecked((entry.Key.GetHashCode() * 31) + entry.Value.GetHashCode());
    }

    public int Count => _entries.Length;

    public TValue? Find(TKey key)
    {
        var index = IndexOf(key);
        return index < 0 ? null : _entries[index].Value;
    }

    public SmallMap<TKey, TValue> Set(TKey key, TValue value)
    {
        var index = IndexOf(key);
        if (index >= 0 && _entries[index].Value.Equals(value))
            return this;

        var entries = new KeyValuePair<TKey, TValue>[index < 0 ? _entries.Length + 1 : _entries.Length];
        Array.Copy(_entries, entries, _entries.Length);
        entries[index < 0 ? _entries.Length : index] = new KeyValuePair<TKey, TValue>(key, value);
        return new SmallMap<TKey, TValue>(entries);
    }

    public SmallMap<TKey, TValue> Remove(TKey key) => IndexOf(key) < 0 ? this : RemoveWhere(entry => entry.Key.Equals(key));

    public SmallMap<TKey, TValue> RemoveWhere(Func<KeyValuePair<TKey, TValue>, bool> condition)
    {
        var kept = Array.FindAll(_entries, entry => !condition(entry));
        return kept.Length == _entries.Length ? this : new SmallMap<TKey, TValue>(kept);
    }

    /// <summary>The entries that two maps agree on.</summary>
    public SmallMap<TKey, TValue> Intersect(SmallMap<TKey, TValue> other) =>
        RemoveWhere(entry => other.Find(entry.Key) is not { } value || !value.Equals(entry.Value));

    public bool Equals(SmallMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || Count != other.Count)
            return false;

        return Array.TrueForAll(_entries, entry => other.Find(entry.Key) is { } value && value.Equals(entry.Value));
    }

    public override bool Equals(object? obj) => Equals(obj as SmallMap<TKey, TValue>);

    public override int GetHashCode() => _hash;

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<TKey, TValue>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(TKey key)
    {
        for (var i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].Key.Equals(key))
                return i;
        }

        return -1;
    }
}
