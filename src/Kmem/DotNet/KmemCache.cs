using Kmem.Annotations;

namespace Kmem;

/// <summary>A slab cache of one unmanaged type. Objects are zeroed when they are allocated, live at one address, and must be freed before the cache is disposed.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed unsafe class KmemCache<T> : IDisposable where T : unmanaged
{
    private kmem_cache? _cache;

    /// <summary>Makes the cache.</summary>
    /// <param name="name">Its name in reports; null: the type's. No two caches have the same.</param>
    /// <param name="flags">Its properties.</param>
    /// <exception cref="KernelBugException">The cache cannot be made; the message says why.</exception>
    public KmemCache(string? name = null, slab_flags_t flags = slab_flags_t.SLAB_HWCACHE_ALIGN) =>
        _cache = Kernel.kmem_cache_create(name ?? typeof(T).Name, (nuint)sizeof(T), 0, flags | slab_flags_t.SLAB_PANIC, null);

    /// <summary>The cache behind it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public kmem_cache Cache
    {
        get
        {
            ObjectDisposedException.ThrowIf(_cache == null, this);
            return _cache;
        }
    }

    /// <summary>A zeroed object. Sleeps only if the flags contain __GFP_WAIT.</summary>
    /// <param name="flags">How; what zone is the cache's business.</param>
    /// <returns>Its address, never null; the caller frees it with <see cref="Free"/>.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public T* Allocate(gfp_t flags = gfp_t.GFP_KERNEL)
    {
        T* obj = TryAllocate(flags);
        return obj != null ? obj : throw new InsufficientMemoryException($"Kmem: the machine has no memory for another {typeof(T).Name}.");
    }

    /// <summary>As <see cref="Allocate"/>, but null without memory.</summary>
    /// <param name="flags">How.</param>
    /// <returns>Its address or null.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public T* TryAllocate(gfp_t flags = gfp_t.GFP_KERNEL) => (T*)Kernel.kmem_cache_zalloc(Cache, flags);

    /// <summary>Frees an object of this cache. Never sleeps.</summary>
    /// <param name="obj">The object; not null.</param>
    /// <exception cref="KernelBugException">A double free, or no object of this cache.</exception>
    public void Free(T* obj) => Kernel.kmem_cache_free(Cache, obj);

    /// <summary>Destroys the cache; a second time nothing happens. May sleep.</summary>
    /// <exception cref="InvalidOperationException">Objects are still allocated; the cache stays usable.</exception>
    [MightSleep]
    public void Dispose()
    {
        if (_cache == null)
            return;
        if (Kernel.kmem_cache_destroy(_cache) != 0)
            throw new InvalidOperationException($"Kmem: the cache `{_cache.Name}' is disposed while objects of it are allocated; free them first.");
        _cache = null;
    }
}
