using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Fs.Pages;

internal unsafe struct CachedPage
{
    public CachedPage* Older;
    public page* Page;
    public ulong Index;
    public bool Dirty;
    public bool Locked;
}

/// <summary>The pages of a file in memory, given back when the machine runs short of it.</summary>
internal sealed unsafe class PageCache
{
    private readonly kmem_cache _nodes;
    private readonly shrinker _shrinker;
    private readonly mutex _grow = new();
    private spinlock_t _lock;
    private CachedPage* _newest;
    private nuint _count;

    private PageCache(kmem_cache nodes)
    {
        _nodes = nodes;
        _shrinker = new shrinker { count_objects = () => _count, scan_objects = Shrink };
    }

    [MightSleep]
    public static PageCache? Create()
    {
        kmem_cache? nodes = kmem_cache_create("cached_page", (nuint)sizeof(CachedPage), 0, slab_flags_t.SLAB_NONE, null);
        if (nodes == null)
            return null;
        var cache = new PageCache(nodes);
        if (register_shrinker(cache._shrinker) == 0)
            return cache;
        kmem_cache_destroy(nodes);
        return null;
    }

    [MightSleep]
    public void Destroy()
    {
        unregister_shrinker(_shrinker);
        spin_lock(ref _lock);
        CachedPage* node = _newest;
        _newest = null;
        _count = 0;
        spin_unlock(ref _lock);
        FreeList(node);
        kmem_cache_destroy(_nodes);
    }

    /// <summary>Writes into a page of the file.</summary>
    [MightSleep]
    public int Write(ulong index, int offset, ReadOnlySpan<byte> data)
    {
        if (offset < 0 || data.Length > PAGE_SIZE - offset)
            return -EINVAL;
        CachedPage* node = Lock(index);
        if (node == null)
            return -ENOMEM;
        byte* memory = (byte*)kmap(node->Page);
        data.CopyTo(new Span<byte>(memory + offset, data.Length));
        kunmap(node->Page);
        node->Dirty = true;
        Unlock(node);
        return 0;
    }

    /// <summary>Reads from a page that is here; sleeps only if the user's memory is not.</summary>
    [MightSleep]
    public int Read(ulong index, void* user, nuint length)
    {
        if (length > PAGE_SIZE)
            return -EINVAL;
        CachedPage* node = Lock(index);
        if (node == null)
            return -ENOMEM;
        void* memory = kmap(node->Page);
        nuint missing = copy_to_user(user, memory, length);
        kunmap(node->Page);
        Unlock(node);
        return missing == 0 ? 0 : -EFAULT;
    }

    /// <summary>A sum over all pages, without sleeping.</summary>
    public uint Checksum()
    {
        uint sum = 0;
        spin_lock(ref _lock);
        for (CachedPage* node = _newest; node != null; node = node->Older)
        {
            uint* words = (uint*)kmap_atomic(node->Page, km_type.KM_USER0);
            for (int i = 0; i < PAGE_SIZE / sizeof(uint); i++)
                sum = (sum << 1 | sum >> 31) ^ words[i];
            kunmap_atomic(words, km_type.KM_USER0);
        }

        spin_unlock(ref _lock);
        return sum;
    }

    private CachedPage* Lock(ulong index)
    {
        mutex_lock(_grow);
        CachedPage* node;
        while (!TryLock(index, out node))
            schedule();
        if (node == null)
            node = Add(index);
        mutex_unlock(_grow);
        return node;
    }

    private bool TryLock(ulong index, out CachedPage* node)
    {
        bool taken = true;
        spin_lock(ref _lock);
        node = Find(index);
        if (node != null)
        {
            taken = !node->Locked;
            node->Locked = true;
        }

        spin_unlock(ref _lock);
        return taken;
    }

    private void Unlock(CachedPage* node)
    {
        spin_lock(ref _lock);
        node->Locked = false;
        spin_unlock(ref _lock);
    }

    // Reclaim may come back to this cache, but never finds the page that is being added.
    private CachedPage* Add(ulong index)
    {
        CachedPage* node = (CachedPage*)kmem_cache_zalloc(_nodes, GFP_KERNEL);
        if (node == null)
            return null;
        node->Page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
        if (node->Page == null)
        {
            kmem_cache_free(_nodes, node);
            return null;
        }

        node->Index = index;
        node->Locked = true;
        spin_lock(ref _lock);
        node->Older = _newest;
        _newest = node;
        _count++;
        spin_unlock(ref _lock);
        return node;
    }

    [HoldsSpinlock("_lock")]
    private CachedPage* Find(ulong index)
    {
        for (CachedPage* node = _newest; node != null; node = node->Older)
        {
            if (node->Index == index)
                return node;
        }

        return null;
    }

    private nuint Shrink(nuint wanted)
    {
        CachedPage* victims = null;
        nuint freed = 0;
        spin_lock(ref _lock);
        fixed (CachedPage** head = &_newest)
        {
            CachedPage** link = head;
            while (*link != null && freed < wanted)
            {
                CachedPage* node = *link;
                if (node->Dirty || node->Locked)
                {
                    link = &node->Older;
                    continue;
                }

                *link = node->Older;
                node->Older = victims;
                victims = node;
                freed++;
            }
        }

        _count -= freed;
        spin_unlock(ref _lock);
        FreeList(victims);
        return freed;
    }

    private void FreeList(CachedPage* node)
    {
        while (node != null)
        {
            CachedPage* older = node->Older;
            __free_page(node->Page);
            kmem_cache_free(_nodes, node);
            node = older;
        }
    }
}
