namespace Kmem.Execution;

/// <summary>
/// Takes back what idle threads keep: looks at all threads' blocks every two seconds, as long as there is anything in them, and empties those in which nothing has changed since.
/// Source: mm/slab.c, cache_reap.
/// </summary>
internal sealed class IdleBlocks : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);

    private readonly ThreadBlocks _blocks;
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private readonly List<(Func<nint, ulong> Fingerprint, Action<nint> Empty)> _keepers = [];
    private Dictionary<nint, ulong> _seen = [];
    private volatile bool _isWatching;
    private bool _isDisposed;

    public IdleBlocks(ThreadBlocks blocks)
    {
        _blocks = blocks;
        _timer = new Timer(_ => Reap(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds an allocator that keeps things in the blocks.</summary>
    /// <param name="fingerprint">A number that is nearly always another once a block's thread has worked; 0 if nothing is kept.</param>
    /// <param name="empty">Takes back what a block keeps; called while its thread stays out of it.</param>
    public void AddKeeper(Func<nint, ulong> fingerprint, Action<nint> empty)
    {
        lock (_lock)
            _keepers.Add((fingerprint, empty));
    }

    /// <summary>Says that a thread is about to keep something.</summary>
    public void Watch()
    {
        if (!_isWatching)
            StartWatching();
    }

    /// <summary>Empties the blocks in which nothing has changed since the last call.</summary>
    public void Reap()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            // Before looking, so that who begins to keep something from now on starts the timer again.
            _isWatching = false;
            Dictionary<nint, ulong> now = [];
            _blocks.Visit(block => now.Add(block, FingerprintOf(block)));
            HashSet<nint> idle = [.. now.Where(pair => pair.Value != 0 && _seen.GetValueOrDefault(pair.Key) == pair.Value).Select(pair => pair.Key)];
            _seen = now;
            if (idle.Count > 0)
                Empty(idle);
            if (now.Values.Any(fingerprint => fingerprint != 0))
                Watch();
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _timer.Dispose();
    }

    private void StartWatching()
    {
        _isWatching = true;
        _timer.Change(s_period, Timeout.InfiniteTimeSpan);
    }

    private ulong FingerprintOf(nint block)
    {
        const ulong prime = 1099511628211;
        ulong fingerprint = 0;
        foreach ((Func<nint, ulong> fingerprintOf, _) in _keepers)
            fingerprint = fingerprint * prime + fingerprintOf(block);
        return fingerprint;
    }

    private void Empty(HashSet<nint> idle) => _blocks.Drain(block =>
    {
        if (!idle.Contains(block))
            return;
        foreach ((_, Action<nint> empty) in _keepers)
            empty(block);
    });
}
