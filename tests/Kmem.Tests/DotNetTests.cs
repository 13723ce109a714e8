using System.Buffers;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace Kmem.Tests;

public unsafe class DotNetTests
{
    private struct Point
    {
        public long X, Y;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(131072)]
    [InlineData(1000000)]
    public void The_pool_rents_memory_of_any_size(int size)
    {
        using IMemoryOwner<byte> owner = KmemMemoryPool.Shared.Rent(size);
        Assert.Equal(size, owner.Memory.Length);
        owner.Memory.Span.Fill(7);
        Assert.False(owner.Memory.Span.ContainsAnyExcept((byte)7));
    }

    [Fact]
    public void Disposing_gives_the_memory_back_once_and_using_it_then_throws()
    {
        KmemMemory memory = KmemMemory.Kmalloc(64);
        void* address = memory.Address;
        ((IDisposable)memory).Dispose();
        ((IDisposable)memory).Dispose();
        Assert.Throws<KernelBugException>(() => Kernel.kfree(address));
        Assert.Throws<ObjectDisposedException>(() => memory.GetSpan().Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
    }

    [Fact]
    public void Every_kind_of_allocation_has_an_owner()
    {
        kmem_cache cache = Kernel.kmem_cache_create("owned", 200, 0, 0, null)!;
        device card = new("card");
        foreach ((KmemMemory memory, int size) in new[] { (KmemMemory.Vmalloc(5000), 5000), (KmemMemory.Pages(1), 8192), (KmemMemory.FromCache(cache), 200), (KmemMemory.Kvmalloc(200000), 200000), (KmemMemory.Coherent(card, 3000, out _), 3000) })
        {
            using (memory)
            using (MemoryHandle pinned = memory.Pin(10))
            {
                Assert.Equal(size, memory.Memory.Length);
                memory.Memory.Span[10] = 3;
                Assert.Equal(3, *(byte*)pinned.Pointer);
            }
        }
        Assert.Equal(0, Kernel.kmem_cache_destroy(cache));
        Assert.Contains("Choose KmemMemory.Kvmalloc for more", Assert.Throws<InsufficientMemoryException>(() => KmemMemory.Kmalloc(Kernel.KMALLOC_MAX_SIZE + 1)).Message);
        Assert.Throws<InsufficientMemoryException>(() => KmemMemory.Coherent(card, (4 << 20) + 1, out _));
    }

    [Fact]
    public void A_typed_cache_gives_zeroed_objects_and_refuses_to_end_with_live_ones()
    {
        KmemCache<Point> points = new();
        Point* p = points.Allocate();
        Assert.Equal((0, 0), (p->X, p->Y));
        (p->X, p->Y) = (4, 5);
        Assert.Throws<InvalidOperationException>(points.Dispose);
        points.Free(p);
        Assert.Throws<KernelBugException>(() => points.Free(p));
        points.Dispose();
        points.Dispose();
        Assert.Throws<ObjectDisposedException>(() => points.TryAllocate() == null);
        Assert.Throws<KernelBugException>(() => new KmemCache<Point>("kmalloc-64"));
    }

    [Fact]
    public void The_meter_shows_the_memory()
    {
        _ = Kernel.NR_CPUS;
        Dictionary<string, long> measured = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Kmem")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(1L << 30, measured["kmem.memory.total"]);
        Assert.InRange(measured["kmem.memory.free"], 1, 1L << 30);
        Assert.True(measured["kmem.threads"] > 0);
        Assert.True(measured.ContainsKey("kmem.slab.size"));
    }

    [Fact]
    public void Events_tell_of_caches_and_failures()
    {
        using TestMachine test = new();
        using Listener listener = new();
        kmem_cache cache = test.Machine.Slab.CreateCache("eventful", 64, 0, 0, null)!;
        test.Machine.Slab.Free(test.Machine.Block, cache, test.Machine.Slab.Allocate(test.Machine.Block, cache, gfp_t.GFP_KERNEL));
        test.Machine.Slab.TryDestroyCache(test.Machine.Block, cache);
        Assert.Contains("CacheCreated eventful", listener.Events);
        Assert.Contains("SlabGrown eventful", listener.Events);
        Assert.Contains("CacheDestroyed eventful", listener.Events);
        while (test.Machine.Pages.Allocate(test.Machine.Block, gfp_t.GFP_NOWAIT, 10) != null)
        {
        }
        Assert.Contains("PageAllocationFailed 10", listener.Events);
    }

    private sealed class Listener : EventListener
    {
        private readonly List<string> _events = [];

        public string Events
        {
            get
            {
                lock (_events)
                    return string.Join('\n', _events);
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Kmem")
                EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // May run before this object's fields are set: the base constructor enables sources that exist.
            if (_events == null)
                return;
            lock (_events)
                _events.Add($"{eventData.EventName} {eventData.Payload?[0]}");
        }
    }
}
