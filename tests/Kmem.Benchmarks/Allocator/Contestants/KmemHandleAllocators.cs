using static Kmem.gfp_t;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>kmalloc and kfree inside a get_cpu section.</summary>
internal readonly unsafe ref struct KmemHandleKmalloc : IAllocator<NativeBlock>
{
    private readonly cpu_handle _cpu;

    public KmemHandleKmalloc(cpu_handle cpu) => _cpu = cpu;

    public NativeBlock Allocate(nuint size) => new(_cpu.kmalloc(size, GFP_ATOMIC));

    public void Free(NativeBlock block) => _cpu.kfree(block.Address);
}

/// <summary>A slab cache inside a get_cpu section.</summary>
internal readonly unsafe ref struct KmemHandleSlabCache : IAllocator<NativeBlock>
{
    private readonly cpu_handle _cpu;
    private readonly kmem_cache _cache;

    public KmemHandleSlabCache(cpu_handle cpu, kmem_cache cache)
    {
        _cpu = cpu;
        _cache = cache;
    }

    public NativeBlock Allocate(nuint size) => new(_cpu.kmem_cache_alloc(_cache, GFP_ATOMIC));

    public void Free(NativeBlock block) => _cpu.kmem_cache_free(_cache, block.Address);
}
