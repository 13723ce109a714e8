using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Hands values from one thread to one other, a run at a time, so that the hand-over costs little beside the allocator.</summary>
internal sealed class Ring<T> where T : struct
{
    private const int Length = 4096, Run = 64;

    private readonly T[] _values = new T[Length];
    private RingSide _producer;
    private RingSide _consumer;

    public void Put(T value)
    {
        if (_producer.Next - _producer.Other == Length)
            _producer.Other = WaitPast(ref _consumer.Shared, _producer.Next - Length);
        _values[_producer.Next++ & (Length - 1)] = value;
        if ((_producer.Next & (Run - 1)) == 0)
            Publish();
    }

    /// <summary>Lets the consumer have what a run is not full with.</summary>
    public void Publish() => Volatile.Write(ref _producer.Shared, _producer.Next);

    public T Take()
    {
        if (_consumer.Next == _consumer.Other)
            _consumer.Other = WaitPast(ref _producer.Shared, _consumer.Next);
        var value = _values[_consumer.Next++ & (Length - 1)];
        if ((_consumer.Next & (Run - 1)) == 0)
            Volatile.Write(ref _consumer.Shared, _consumer.Next);
        return value;
    }

    private static long WaitPast(ref long shared, long value)
    {
        SpinWait wait = default;
        while (Volatile.Read(ref shared) <= value)
            wait.SpinOnce(sleep1Threshold: -1);
        return Volatile.Read(ref shared);
    }
}

/// <summary>What one side of a <see cref="Ring{T}"/> writes, on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct RingSide
{
    /// <summary>How far the other side is told this one has come.</summary>
    [FieldOffset(128)] public long Shared;

    /// <summary>How far it has come.</summary>
    [FieldOffset(256)] public long Next;

    /// <summary>How far the other side had come when it was last asked.</summary>
    [FieldOffset(264)] public long Other;
}
