namespace Kmem.Analyzers.Flow.Values;

/// <content>Many changes of a map for the price of one copy.</content>
internal sealed partial class ValueMap<T>
{
    /// <summary>A map while it is changed. Its room is kept for the next one.</summary>
    public sealed class Builder
    {
        private const int UsualCount = 32;

        private ValueMap<T> _start = Empty;
        private KeyValuePair<Value, T>[] _entries = new KeyValuePair<Value, T>[UsualCount];
        private int _count;
        private int _hash;
        private bool _isChanged;

        /// <summary>Begins with what a map holds.</summary>
        public void Start(ValueMap<T> map)
        {
            _start = map;
            _count = map.Count;
            _hash = map._hash;
            _isChanged = false;
            if (_entries.Length < _count)
                _entries = new KeyValuePair<Value, T>[_count * 2];
            Array.Copy(map._entries, _entries, _count);
        }

        public T? Find(Value key)
        {
            var index = IndexOf(_entries, _count, key);
            return index < 0 ? null : _entries[index].Value;
        }

        public void Set(Value key, T value)
        {
            var index = IndexOf(_entries, _count, key);
            if (index >= 0)
                Replace(index, value);
            else
                Add(new KeyValuePair<Value, T>(key, value));
        }

        /// <summary>Gives each entry the value that a function says; none: the entry goes.</summary>
        /// <param name="argument">What the function needs to know.</param>
        public void Update<TArgument>(TArgument argument, Func<KeyValuePair<Value, T>, TArgument, T?> change)
        {
            var kept = 0;
            for (var i = 0; i < _count; i++)
            {
                var value = change(_entries[i], argument);
                if (value is null)
                {
                    _hash ^= HashOf(_entries[i]);
                    _isChanged = true;
                    continue;
                }

                if (!ReferenceEquals(value, _entries[i].Value))
                    Replace(i, value);
                _entries[kept++] = _entries[i];
            }

            Array.Clear(_entries, kept, _count - kept);
            _count = kept;
        }

        /// <summary>The changed map: the one it began with, if nothing came of it. The builder is empty then.</summary>
        public ValueMap<T> Finish()
        {
            var map = _isChanged ? new ValueMap<T>(CopyEntries(), _hash) : _start;
            Array.Clear(_entries, 0, _count);
            _count = 0;
            _start = Empty;
            return map;
        }

        public Enumerator GetEnumerator() => new(_entries, _count);

        private KeyValuePair<Value, T>[] CopyEntries()
        {
            var entries = new KeyValuePair<Value, T>[_count];
            Array.Copy(_entries, entries, _count);
            return entries;
        }

        private void Add(KeyValuePair<Value, T> added)
        {
            if (_count == _entries.Length)
                Array.Resize(ref _entries, _count * 2);
            _entries[_count++] = added;
            _hash ^= HashOf(added);
            _isChanged = true;
        }

        private void Replace(int index, T value)
        {
            if (_entries[index].Value.Equals(value))
                return;

            var replacement = new KeyValuePair<Value, T>(_entries[index].Key, value);
            _hash ^= HashOf(_entries[index]) ^ HashOf(replacement);
            _entries[index] = replacement;
            _isChanged = true;
        }
    }
}
