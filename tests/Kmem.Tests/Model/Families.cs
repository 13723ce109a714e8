using static Kmem.gfp_t;

namespace Kmem.Tests.Model;

/// <summary>One way to allocate and release; null without memory.</summary>
/// <param name="TryAllocate">From a number that chooses the size, and the pattern to write.</param>
internal sealed record Family(Func<int, byte, Held?> TryAllocate);

/// <summary>Every family of memory of a machine, with the caches and pools some of them need.</summary>
internal sealed unsafe class Families
{
    private const ulong DmaEnd = 16 * TestMachine.MiB, LowEnd = 896 * TestMachine.MiB;
    private const int PageBytes = 4096;
    private const long Built = 0x1234_5678_9abc_def0;

    private static readonly device s_card = new("card");

    private readonly Machine _machine;
    private readonly kmem_cache _plain, _built, _aligned;
    private readonly mempool_t _pool;

    public Families(Machine machine)
    {
        _machine = machine;
        _plain = machine.Slab.CreateCache("plain", 72, 0, 0, null)!;
        _built = machine.Slab.CreateCache("built", 200, 0, 0, obj => *(long*)obj = Built)!;
        _aligned = machine.Slab.CreateCache("aligned", 1500, 0, slab_flags_t.SLAB_HWCACHE_ALIGN | slab_flags_t.SLAB_RECLAIM_ACCOUNT, null)!;
        _pool = mempool_t.Create(machine.Slab, machine.Block, _plain, 4)!;
        All =
        [
            new(Kmalloc), new(KmallocDma), new((_, pattern) => Object(_plain, 8, pattern)), new((_, pattern) => Object(_aligned, 64, pattern)), new((_, pattern) => BuiltObject(pattern)),
            new((_, pattern) => PoolElement(pattern)), new(Pages), new(DmaPages), new((_, pattern) => AnyPage(pattern)), new((_, pattern) => ReferencedPage(pattern)), new(Vmalloc), new(PerCpu), new(Coherent),
        ];
    }

    public IReadOnlyList<Family> All { get; }

    /// <summary>Ends the caches and pools, which must be unused.</summary>
    public void Destroy()
    {
        _pool.Destroy(_machine.Block);
        foreach (kmem_cache cache in new[] { _plain, _built, _aligned })
            Assert.True(_machine.Slab.TryDestroyCache(_machine.Block, cache));
    }

    private static gfp_t Flags(byte pattern) => ((pattern & 1) == 0 ? GFP_KERNEL : GFP_ATOMIC) | __GFP_NOWARN;

    private static Held? Hold(void* p, int bytes, int alignment, ulong end, byte pattern, Action release) =>
        p == null ? null : new Held((nint)p, bytes, alignment, end, pattern, release);

    // Sizes of all classes, and more of the small ones.
    private static int SizeOf(int choice) => 1 + (choice * choice & 0x7fff) % (32 << choice % 11);

    private Held? Kmalloc(int choice, byte pattern)
    {
        int bytes = SizeOf(choice);
        nint p = (nint)_machine.Slab.Allocate(_machine.Block, (nuint)bytes, Flags(pattern));
        return Hold((void*)p, bytes, 32, LowEnd, pattern, () => _machine.Slab.Free(_machine.Block, (void*)p));
    }

    private Held? KmallocDma(int choice, byte pattern)
    {
        int bytes = SizeOf(choice);
        nint p = (nint)_machine.Slab.Allocate(_machine.Block, (nuint)bytes, Flags(pattern) | GFP_DMA);
        return Hold((void*)p, bytes, 32, DmaEnd, pattern, () => _machine.Slab.Free(_machine.Block, (void*)p));
    }

    private Held? Object(kmem_cache cache, int alignment, byte pattern)
    {
        nint p = (nint)_machine.Slab.Allocate(_machine.Block, cache, Flags(pattern));
        return Hold((void*)p, (int)cache.ObjectSize, alignment, LowEnd, pattern, () => _machine.Slab.Free(_machine.Block, cache, (void*)p));
    }

    // The constructor's state is there at every allocation, because every user restores it.
    private Held? BuiltObject(byte pattern)
    {
        if (Object(_built, 8, pattern) is not { } held)
            return null;
        Assert.Equal(Built, *(long*)held.Address);
        return held with
        {
            WritesBeforeRelease = true,
            Release = () =>
            {
                *(long*)held.Address = Built;
                held.Release();
            },
        };
    }

    private Held? PoolElement(byte pattern)
    {
        nint p = (nint)_pool.Allocate(_machine.Block, GFP_ATOMIC);
        return Hold((void*)p, (int)_plain.ObjectSize, 8, LowEnd, pattern, () => _pool.Free(_machine.Block, (void*)p));
    }

    private Held? Pages(int choice, byte pattern) => LowPages(Flags(pattern), (uint)choice % 5, LowEnd, pattern);

    private Held? DmaPages(int choice, byte pattern) => LowPages(Flags(pattern) | GFP_DMA, (uint)choice % 3, DmaEnd, pattern);

    private Held? LowPages(gfp_t flags, uint order, ulong end, byte pattern)
    {
        page* page = _machine.Pages.Allocate(_machine.Block, flags, order);
        if (page == null)
            return null;
        int bytes = PageBytes << (int)order;
        return Hold(_machine.Frames.AddressOf(page), bytes, bytes, end, pattern, () => _machine.Pages.Free(_machine.Block, page, order));
    }

    // Of any zone, written through kmap.
    private Held? AnyPage(byte pattern)
    {
        page* page = _machine.Pages.Allocate(_machine.Block, GFP_HIGHUSER | __GFP_NOWARN, 0);
        if (page == null)
            return null;
        Held? held = Hold(_machine.HighMemory.Map(page), PageBytes, PageBytes, _machine.Memory.Bytes, pattern, () =>
        {
            _machine.HighMemory.Unmap(page);
            _machine.Pages.Free(_machine.Block, page, 0);
        });
        return held! with { Page = (nint)page };
    }

    // Freed by the second of two users.
    private Held? ReferencedPage(byte pattern)
    {
        page* page = _machine.Pages.Allocate(_machine.Block, Flags(pattern), 0);
        if (page == null)
            return null;
        _machine.Pages.Get(page);
        return Hold(_machine.Frames.AddressOf(page), PageBytes, PageBytes, LowEnd, pattern, () =>
        {
            _machine.Pages.Put(_machine.Block, page);
            _machine.Pages.Put(_machine.Block, page);
        });
    }

    private Held? Vmalloc(int choice, byte pattern)
    {
        int bytes = 1 + choice * 40;
        nint p = (nint)_machine.Vmalloc.Allocate(_machine.Block, (nuint)bytes, GFP_KERNEL | __GFP_NOWARN);
        return Hold((void*)p, bytes, PageBytes, _machine.Memory.Bytes, pattern, () => _machine.Vmalloc.Free(_machine.Block, (void*)p));
    }

    private Held? PerCpu(int choice, byte pattern)
    {
        int bytes = 1 + choice;
        nint p = (nint)_machine.PerCpu.Allocate(_machine.Block, (nuint)bytes, 0);
        return Hold((void*)p, bytes, 64, LowEnd, pattern, () => _machine.PerCpu.Free(_machine.Block, (void*)p));
    }

    private Held? Coherent(int choice, byte pattern)
    {
        nuint bytes = 1 + (nuint)choice * 8;
        nint p = (nint)_machine.Coherent.Allocate(_machine.Block, s_card, bytes, out dma_addr_t bus, GFP_KERNEL | __GFP_NOWARN);
        return Hold((void*)p, (int)bytes, PageBytes, LowEnd, pattern, () => _machine.Coherent.Free(_machine.Block, s_card, bytes, (void*)p, bus));
    }
}
