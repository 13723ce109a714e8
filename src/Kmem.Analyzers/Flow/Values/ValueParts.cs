namespace Kmem.Analyzers.Flow.Values;

/// <summary>The terms that a term is made of, at most two. Asked for at every step, so no object of its own.</summary>
internal readonly struct ValueParts
{
    private readonly Value? _left;
    private readonly Value? _right;

    public ValueParts(Value? left, Value? right)
    {
        _left = left;
        _right = right;
    }

    public bool IsEmpty => _left is null;

    public bool Any(Func<Value, bool> condition) => (_left is not null && condition(_left)) || (_right is not null && condition(_right));

    public bool All(Func<Value, bool> condition) => (_left is null || condition(_left)) && (_right is null || condition(_right));

    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator
    {
        private readonly ValueParts _parts;
        private int _index;

        internal Enumerator(ValueParts parts)
        {
            _parts = parts;
            _index = -1;
        }

        public readonly Value Current => (_index == 0 ? _parts._left : _parts._right)!;

        public bool MoveNext() => ++_index == 0 ? _parts._left is not null : _index == 1 && _parts._right is not null;
    }
}
