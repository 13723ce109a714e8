using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Two threads that run two actions at the same time: the caller's and another one, which is kept so that its caches stay warm.</summary>
internal sealed class ThreadPair : IDisposable
{
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _other;
    private Action? _action;
    private TimeSpan _time;
    private int _isRunning;

    public ThreadPair()
    {
        _other = new Thread(Loop) { IsBackground = true };
        _other.Start();
    }

    /// <summary>Runs both, and returns how long each of them took when both are done.</summary>
    public (TimeSpan First, TimeSpan Second) Run(Action first, Action second)
    {
        _action = second;
        Volatile.Write(ref _isRunning, 1);
        _wake.Set();
        var time = ThreadClock.Measure(first);
        SpinWait wait = default;
        while (Volatile.Read(ref _isRunning) != 0)
            wait.SpinOnce(sleep1Threshold: -1);
        return (time, _time);
    }

    /// <summary>Runs the same action on both; returns the mean of their times.</summary>
    public TimeSpan RunBoth(Action action)
    {
        var (first, second) = Run(action, action);
        return (first + second) / 2;
    }

    public void Dispose()
    {
        _action = null;
        _wake.Set();
        _other.Join();
        _wake.Dispose();
    }

    private void Loop()
    {
        for (;;)
        {
            _wake.WaitOne();
            if (_action is not { } action)
                return;

            _time = ThreadClock.Measure(action);
            Volatile.Write(ref _isRunning, 0);
        }
    }
}
