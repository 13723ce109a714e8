using System.Collections;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>
/// An immutable map from a few dozen values to what is known of them, compared by content. A state is copied far more often than
/// it is searched, and two states are compared at every join; an array does both well at this size. Values know their hashes:
/// nearly every comparison ends there.
/// </summary>
internal sealed partial class ValueMap<T> : IEquatable<ValueMap<T>>, IEnumerable<KeyValuePair<Value, T>>
    where T : class
{
    public static readonly ValueMap<T> Empty = new(Array.Empty<KeyValuePair<Value, T>>(), 0);

    private readonly KeyValuePair<Value, T>[] _entries;

    // The entries' hashes combined so that their order makes no difference, and one can be taken out again.
    private readonly int _hash;

    private ValueMap(KeyValuePair<Value, T>[] entries, int hash)
    {
        _entries = entries;
        _hash = hash;
    }

    public int Count => _entries.Length;

    public T? Find(Value key)
    {
        var index = IndexOf(key);
        return index < 0 ? null : _entries[index].Value;
    }

    public ValueMap<T> Set(Value key, T value)
    {
        var index = IndexOf(key);
        if (index >= 0 && _entries[index].Value.Equals(value))
            return this;

        var added = new KeyValuePair<Value, T>(key, value);
        var isNew = index < 0;
        var entries = new KeyValuePair<Value, T>[isNew ? _entries.Length + 1 : _entries.Length];
        Array.Copy(_entries, entries, _entries.Length);
        entries[isNew ? _entries.Length : index] = added;
        return new ValueMap<T>(entries, _hash ^ HashOf(added) ^ (isNew ? 0 : HashOf(_entries[index])));
    }

    public ValueMap<T> Remove(Value key)
    {
        var index = IndexOf(key);
        return index < 0 ? this : RemoveWhere(_entries[index].Key, static (entry, removed) => ReferenceEquals(entry.Key, removed));
    }

    public ValueMap<T> RemoveWhere(Func<KeyValuePair<Value, T>, bool> condition) =>
        RemoveWhere(condition, static (entry, fulfils) => fulfils(entry));

    /// <summary>The entries that do not fulfil a condition.</summary>
    /// <param name="argument">What the condition needs to know: states are searched at every step, and a closure each time adds up.</param>
    public ValueMap<T> RemoveWhere<TArgument>(TArgument argument, Func<KeyValuePair<Value, T>, TArgument, bool> condition)
    {
        var kept = default(KeyValuePair<Value, T>[]);
        var count = 0;
        var hash = _hash;
        for (var i = 0; i < _entries.Length; i++)
        {
            if (condition(_entries[i], argument))
            {
                (kept, count) = kept is null ? (CopyBefore(i), i) : (kept, count);
                hash ^= HashOf(_entries[i]);
            }
            else if (kept is not null)
            {
                kept[count++] = _entries[i];
            }
        }

        if (kept is null)
            return this;

        Array.Resize(ref kept, count);
        return new ValueMap<T>(kept, hash);
    }

    /// <summary>Whether an entry fulfils a condition.</summary>
    public bool Any<TArgument>(TArgument argument, Func<KeyValuePair<Value, T>, TArgument, bool> condition)
    {
        foreach (var entry in _entries)
        {
            if (condition(entry, argument))
                return true;
        }

        return false;
    }

    /// <summary>The entries that two maps agree on.</summary>
    public ValueMap<T> Intersect(ValueMap<T> other) => ReferenceEquals(this, other)
        ? this
        : RemoveWhere(other, static (entry, second) => second.Find(entry.Key) is not { } value || !value.Equals(entry.Value));

    public bool Equals(ValueMap<T>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || Count != other.Count)
            return false;

        foreach (var entry in _entries)
        {
            if (other.Find(entry.Key) is not { } value || !value.Equals(entry.Value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ValueMap<T>);

    public override int GetHashCode() => _hash;

    public Enumerator GetEnumerator() => new(_entries, _entries.Length);

    IEnumerator<KeyValuePair<Value, T>> IEnumerable<KeyValuePair<Value, T>>.GetEnumerator() => ((IEnumerable<KeyValuePair<Value, T>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private int IndexOf(Value key) => IndexOf(_entries, _entries.Length, key);

    private static int IndexOf(KeyValuePair<Value, T>[] entries, int count, Value key)
    {
        for (var i = 0; i < count; i++)
        {
            if (entries[i].Key.Equals(key))
                return i;
        }

        return -1;
    }

    private static int HashOf(KeyValuePair<Value, T> entry) => unchecked((entry.Key.GetHashCode() * 31) + entry.Value.GetHashCode());

    // Mostly a single entry goes, and what is copied to is of the right size at once.
    private KeyValuePair<Value, T>[] CopyBefore(int end)
    {
        var entries = new KeyValuePair<Value, T>[_entries.Length - 1];
        Array.Copy(_entries, entries, end);
        return entries;
    }

    /// <summary>Goes over the entries without an object for it: states are gone over at every step.</summary>
    public struct Enumerator
    {
        private readonly KeyValuePair<Value, T>[] _entries;
        private readonly int _count;
        private int _index;

        internal Enumerator(KeyValuePair<Value, T>[] entries, int count)
        {
            _entries = entries;
            _count = count;
            _index = -1;
        }

        public readonly KeyValuePair<Value, T> Current => _entries[_index];

        public bool MoveNext() => ++_index < _count;
    }
}
