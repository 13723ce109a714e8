namespace Kmem.Analyzers.Flow.Values;

/// <content>Many changes of a map for the price of one copy.</content>
internal sealed partial class SmallMap<TKey, TValue>
{
    /// <summary>A map while it is changed. Its room is kept for the next one.</summary>
    public sealed class Builder
    {
        private const int UsualCount = 32;

        private SmallMap<TKey, TValue> _start = Empty;
        private Entry[] _entries = new Entry[UsualCount];
        private int _count;
        private int _hash;
        private bool _isChanged;

        /// <summary>Begins with what a map holds.</summary>
        public void Start(SmallMap<TKey, TValue> map)
        {
            _start = map;
            _count = map.Count;
            _hash = map._hash;
            _isChanged = false;
            if (_entries.Length < _count)
                _entries = new Entry[_count * 2];
            Array.Copy(map._entries, _entries, _count);
        }

        public TValue? Find(TKey key)
        {
            var index = IndexOf(_entries, _count, key, key.GetHashCode());
            return index < 0 ? null : _entries[index].Value;
        }

        public void Set(TKey key, TValue value)
        {
            var added = new Entry(key, value);
            var index = IndexOf(_entries, _count, key, added.KeyHash);
            if (index >= 0)
                Replace(index, added);
            else
                Add(added);
        }

        /// <summary>Gives each entry the value that a function says; none: the entry goes.</summary>
        /// <param name="argument">What the function needs to know.</param>
        public void Update<TArgument>(TArgument argument, Func<KeyValuePair<TKey, TValue>, TArgument, TValue?> change)
        {
            var kept = 0;
            for (var i = 0; i < _count; i++)
            {
                var value = change(_entries[i].Pair, argument);
                if (value is null)
                {
                    _hash ^= _entries[i].Hash;
                    _isChanged = true;
                    continue;
                }

                if (!ReferenceEquals(value, _entries[i].Value))
                    Replace(i, new Entry(_entries[i].Key, value));
                _entries[kept++] = _entries[i];
            }

            Array.Clear(_entries, kept, _count - kept);
            _count = kept;
        }

        /// <summary>The changed map: the one it began with, if nothing came of it. The builder is empty then.</summary>
        public SmallMap<TKey, TValue> Finish()
        {
            var map = _isChanged ? new SmallMap<TKey, TValue>(CopyEntries(), _hash) : _start;
            Array.Clear(_entries, 0, _count);
            _count = 0;
            _start = Empty;
            return map;
        }

        public Enumerator GetEnumerator() => new(_entries, _count);

        private Entry[] CopyEntries()
        {
            var entries = new Entry[_count];
            Array.Copy(_entries, entries, _count);
            return entries;
        }

        private void Add(Entry added)
        {
            if (_count == _entries.Length)
                Array.Resize(ref _entries, _count * 2);
            _entries[_count++] = added;
            _hash ^= added.Hash;
            _isChanged = true;
        }

        private void Replace(int index, Entry added)
        {
            if (_entries[index].Value.Equals(added.Value))
                return;

            _hash ^= _entries[index].Hash ^ added.Hash;
            _entries[index] = added;
            _isChanged = true;
        }
    }
}
