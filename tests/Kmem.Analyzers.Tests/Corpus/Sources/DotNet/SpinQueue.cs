using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Interop.Concurrency;

/// <summary>A bounded queue whose lock is held for a few instructions only; who has to wait does so outside of it.</summary>
internal sealed class SpinQueue<T>(int capacity)
{
    private readonly T[] _items = new T[capacity];
    private readonly SemaphoreSlim _available = new(0);
    private SpinLock _lock = new(enableThreadOwnerTracking: false);
    private int _head;
    private int _count;
    private bool _closed;

    public int Count
    {
        get
        {
            bool taken = false;
            try
            {
                _lock.Enter(ref taken);
                return _count;
            }
            finally
            {
                if (taken)
                    _lock.Exit(useMemoryBarrier: false);
            }
        }
    }

    public bool TryAdd(T item)
    {
        bool added = false;
        bool taken = false;
        try
        {
            _lock.Enter(ref taken);
            if (!_closed && _count < _items.Length)
            {
                _items[(_head + _count) % _items.Length] = item;
                _count++;
                added = true;
            }
        }
        finally
        {
            if (taken)
                _lock.Exit();
        }

        if (added)
            _available.Release();
        return added;
    }

    public async Task AddAsync(T item, CancellationToken token)
    {
        while (!TryAdd(item))
        {
            token.ThrowIfCancellationRequested();
            await Task.Delay(1, token).ConfigureAwait(false);
        }
    }

    public async Task<T> TakeAsync(CancellationToken token)
    {
        T? item;
        do
        {
            await _available.WaitAsync(token).ConfigureAwait(false);
        }
        while (!TryTake(out item));
        return item;
    }

    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        item = default;
        bool taken = false;
        _lock.Enter(ref taken);
        try
        {
            if (_count == 0)
                return false;
            item = _items[_head];
            _items[_head] = default!;
            _head = (_head + 1) % _items.Length;
            _count--;
            return true;
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Takes all at once, if nobody is at the queue this moment.</summary>
    public bool TryDrain(List<T> target)
    {
        target.EnsureCapacity(_items.Length);
        bool taken = false;
        _lock.TryEnter(ref taken);
        if (!taken)
            return false;
        while (_count > 0)
        {
            target.Add(_items[_head]);
            _items[_head] = default!;
            _head = (_head + 1) % _items.Length;
            _count--;
        }

        _lock.Exit();
        return true;
    }

    public void Close()
    {
        bool taken = false;
        try
        {
            _lock.Enter(ref taken);
            _closed = true;
        }
        finally
        {
            if (taken)
                _lock.Exit();
        }

        _available.Release(_items.Length);
    }
}

/// <summary>Numbers that many threads add to, each in a stripe of its own.</summary>
internal sealed class StripedCounter
{
    private readonly Stripe[] _stripes = new Stripe[16];

    private struct Stripe
    {
        public SpinLock Lock;
        public long Value;
        public long Largest;
    }

    public void Add(long value)
    {
        ref Stripe stripe = ref _stripes[Environment.CurrentManagedThreadId % _stripes.Length];
        bool taken = false;
        try
        {
            stripe.Lock.Enter(ref taken);
            stripe.Value += value;
            stripe.Largest = Math.Max(stripe.Largest, value);
        }
        finally
        {
            if (taken)
                stripe.Lock.Exit();
        }
    }

    public (long Sum, long Largest) Read()
    {
        long sum = 0;
        long largest = long.MinValue;
        for (int i = 0; i < _stripes.Length; i++)
        {
            ref Stripe stripe = ref _stripes[i];
            bool taken = false;
            stripe.Lock.Enter(ref taken);
            sum += stripe.Value;
            largest = Math.Max(largest, stripe.Largest);
            stripe.Lock.Exit();
        }

        return (sum, largest);
    }
}

/// <summary>A counter of users that waits for the last one to leave.</summary>
internal sealed class Rundown
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _users;
    private bool _ending;

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_ending)
                return false;
            _users++;
            return true;
        }
    }

    public void Leave()
    {
        bool last;
        lock (_gate)
        {
            last = --_users == 0 && _ending;
        }

        if (last)
            _empty.TrySetResult();
    }

    public async Task EndAsync(TimeSpan patience)
    {
        lock (_gate)
        {
            _ending = true;
            if (_users == 0)
                return;
        }

        Task first = await Task.WhenAny(_empty.Task, Task.Delay(patience)).ConfigureAwait(false);
        if (first != _empty.Task)
            throw new TimeoutException($"Somebody is still inside after {patience}.");
    }
}
