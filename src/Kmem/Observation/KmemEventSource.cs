using System.Diagnostics.Tracing;

namespace Kmem.Observation;

/// <summary>What happens on the slow paths, for dotnet-trace and EventListener. The hot paths raise no events.</summary>
[EventSource(Name = "Kmem")]
internal sealed class KmemEventSource : EventSource
{
    public static readonly KmemEventSource Log = new();

    private KmemEventSource()
    {
    }

    [Event(1, Level = EventLevel.Informational, Message = "cache {0} created")]
    public void CacheCreated(string cache) => WriteEvent(1, cache);

    [Event(2, Level = EventLevel.Informational, Message = "cache {0} destroyed")]
    public void CacheDestroyed(string cache) => WriteEvent(2, cache);

    [Event(3, Level = EventLevel.Verbose, Message = "cache {0} grew by a slab of order {1}")]
    public void SlabGrown(string cache, int order) => WriteEvent(3, cache, order);

    [Event(4, Level = EventLevel.Informational, Message = "reclaim made progress of {0}")]
    public void Reclaimed(long progress) => WriteEvent(4, progress);

    [Event(5, Level = EventLevel.Warning, Message = "page allocation of order {0} failed, mode {1}")]
    public void PageAllocationFailed(int order, int mode) => WriteEvent(5, order, mode);
}
