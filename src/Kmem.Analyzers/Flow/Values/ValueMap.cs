using System.Collections;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>
/// An immutable map of a few dozen entries, compared by content. A state is copied far more often than it is searched, and
/// two states are compared at every join; an array does both well at this size. Hashes are kept beside the keys: nearly every
/// comparison ends there.
/// </summary>
internal sealed partial class SmallMap<TKey, TValue> : IEquatable<SmallMap<TKey, TValue>>, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : class
    where TValue : class
{
    public static readonly SmallMap<TKey, TValue> Empty = new(Array.Empty<Entry>(), 0);

    private readonly Entry[] _entries;

    // The entries' hashes combined so that their order makes no difference, and one can be taken out again.
    private readonly int _hash;

    private SmallMap(Entry[] entries, int hash)
    {
        _entries = entries;
        _hash = hash;
    }

    public int Count => _entries.Length;

    public TValue? Find(TKey key)
    {
        var index = IndexOf(key, key.GetHashCode());
        return index < 0 ? null : _entries[index].Value;
    }

    public SmallMap<TKey, TValue> Set(TKey key, TValue value)
    {
        var added = new Entry(key, value);
        var index = IndexOf(key, added.KeyHash);
        if (index >= 0 && _entries[index].Value.Equals(value))
            return this;

        var isNew = index < 0;
        var entries = new Entry[isNew ? _entries.Length + 1 : _entries.Length];
        Array.Copy(_entries, entries, _entries.Length);
        entries[isNew ? _entries.Length : index] = added;
        return new SmallMap<TKey, TValue>(entries, _hash ^ added.Hash ^ (isNew ? 0 : _entries[index].Hash));
    }

    public SmallMap<TKey, TValue> Remove(TKey key)
    {
        var index = IndexOf(key, key.GetHashCode());
        return index < 0 ? this : RemoveWhere(_entries[index].Key, static (entry, removed) => ReferenceEquals(entry.Key, removed));
    }

    public SmallMap<TKey, TValue> RemoveWhere(Func<KeyValuePair<TKey, TValue>, bool> condition) =>
        RemoveWhere(condition, static (entry, fulfils) => fulfils(entry));

    /// <summary>The entries that do not fulfil a condition.</summary>
    /// <param name="argument">What the condition needs to know: states are searched at every step, and a closure each time adds up.</param>
    public SmallMap<TKey, TValue> RemoveWhere<TArgument>(TArgument argument, Func<KeyValuePair<TKey, TValue>, TArgument, bool> condition)
    {
        var kept = default(Entry[]);
        var count = 0;
        var hash = _hash;
        for (var i = 0; i < _entries.Length; i++)
        {
            if (condition(_entries[i].Pair, argument))
            {
                (kept, count) = kept is null ? (CopyBefore(i), i) : (kept, count);
                hash ^= _entries[i].Hash;
            }
            else if (kept is not null)
            {
                kept[count++] = _entries[i];
            }
        }

        if (kept is null)
            return this;

        Array.Resize(ref kept, count);
        return new SmallMap<TKey, TValue>(kept, hash);
    }

    /// <summary>Whether an entry fulfils a condition.</summary>
    public bool Any<TArgument>(TArgument argument, Func<KeyValuePair<TKey, TValue>, TArgument, bool> condition)
    {
        foreach (var entry in _entries)
        {
            if (condition(entry.Pair, argument))
                return true;
        }

        return false;
    }

    /// <summary>The entries that two maps agree on.</summary>
    public SmallMap<TKey, TValue> Intersect(SmallMap<TKey, TValue> other) => ReferenceEquals(this, other)
        ? this
        : RemoveWhere(other, static (entry, second) => second.Find(entry.Key) is not { } value || !value.Equals(entry.Value));

    public bool Equals(SmallMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || Count != other.Count)
            return false;

        foreach (var entry in _entries)
        {
            var index = other.IndexOf(entry.Key, entry.KeyHash);
            if (index < 0 || other._entries[index].Hash != entry.Hash || !other._entries[index].Value.Equals(entry.Value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as SmallMap<TKey, TValue>);

    public override int GetHashCode() => _hash;

    public Enumerator GetEnumerator() => new(_entries, _entries.Length);

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator()
    {
        foreach (var entry in _entries)
            yield return entry.Pair;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<TKey, TValue>>)this).GetEnumerator();

    private int IndexOf(TKey key, int hash) => IndexOf(_entries, _entries.Length, key, hash);

    private static int IndexOf(Entry[] entries, int count, TKey key, int hash)
    {
        for (var i = 0; i < count; i++)
        {
            if (entries[i].KeyHash == hash && (ReferenceEquals(entries[i].Key, key) || entries[i].Key.Equals(key)))
                return i;
        }

        return -1;
    }

    // Mostly a single entry goes, and what is copied to is of the right size at once.
    private Entry[] CopyBefore(int end)
    {
        var entries = new Entry[_entries.Length - 1];
        Array.Copy(_entries, entries, end);
        return entries;
    }

    /// <summary>Goes over the entries without an object for it: states are gone over at every step.</summary>
    public struct Enumerator
    {
        private readonly Entry[] _entries;
        private readonly int _count;
        private int _index;

        internal Enumerator(Entry[] entries, int count)
        {
            _entries = entries;
            _count = count;
            _index = -1;
        }

        public readonly KeyValuePair<TKey, TValue> Current => _entries[_index].Pair;

        public bool MoveNext() => ++_index < _count;
    }

    internal readonly struct Entry
    {
        public Entry(TKey key, TValue value)
        {
            Key = key;
            Value = value;
            KeyHash = key.GetHashCode();
            Hash = unchecked((KeyHash * 31) + value.GetHashCode());
        }

        public TKey Key { get; }

        public TValue Value { get; }

        public int KeyHash { get; }

        public int Hash { get; }

        public KeyValuePair<TKey, TValue> Pair => new(Key, Value);
    }
}
