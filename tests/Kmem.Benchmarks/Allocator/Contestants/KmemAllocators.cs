using static Kmem.gfp_t;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>kmalloc and kfree.</summary>
internal readonly unsafe struct KmemKmalloc : IAllocator<NativeBlock>
{
    public NativeBlock Allocate(nuint size) => new(Kernel.kmalloc(size, GFP_KERNEL));

    public void Free(NativeBlock block) => Kernel.kfree(block.Address);
}

/// <summary>A slab cache of one size.</summary>
internal readonly unsafe struct KmemSlabCache(kmem_cache cache) : IAllocator<NativeBlock>
{
    public NativeBlock Allocate(nuint size) => new(Kernel.kmem_cache_alloc(cache, GFP_KERNEL));

    public void Free(NativeBlock block) => Kernel.kmem_cache_free(cache, block.Address);
}

/// <summary>Pages by their page struct; the size chooses the order.</summary>
internal readonly unsafe struct KmemPages(uint order) : IAllocator<PageBlock>
{
    public PageBlock Allocate(nuint size) => new(Kernel.alloc_pages(GFP_KERNEL, order));

    public void Free(PageBlock block) => Kernel.__free_pages(block.Page, order);
}

/// <summary>Pages by their address.</summary>
internal readonly unsafe struct KmemPageAddresses(uint order) : IAllocator<NativeBlock>
{
    public NativeBlock Allocate(nuint size) => new((void*)Kernel.__get_free_pages(GFP_KERNEL, order));

    public void Free(NativeBlock block) => Kernel.free_pages((nuint)block.Address, order);
}

/// <summary>A page that nobody writes to.</summary>
internal readonly unsafe struct PageBlock(page* page) : IBlock
{
    public page* Page => page;

    public void Touch(int value)
    {
    }
}
