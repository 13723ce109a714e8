using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Measurement;

/// <summary>The processor time of the calling thread, which other programs on a busy machine do not add to; where the system does not tell it, the time of day.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    public static TimeSpan Now
    {
        get
        {
            Timespec time;
            return OperatingSystem.IsLinux() && clock_gettime(ThreadProcessorTime, &time) == 0
                ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
                : Stopwatch.GetElapsedTime(0);
        }
    }

    /// <summary>How long some work takes.</summary>
    public static TimeSpan Measure(Action work)
    {
        var start = Now;
        work();
        return Now - start;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, Timespec* time);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
