using System.Threading;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Fs.Objects;

internal unsafe struct Inode
{
    public Inode* Next;
    public ulong Number;
    public int References;
    public byte* Name;
    public uint NameLength;
    public bool Dirty;
}

/// <summary>Inodes by number, each with a count of its users; the last one that lets go frees it.</summary>
internal static unsafe class ObjectCache
{
    private const uint Buckets = 256;

    private static spinlock_t s_lock;
    private static kmem_cache? s_cache;
    private static Inode** s_buckets;

    [MightSleep]
    public static int Initialize()
    {
        kmem_cache? cache = kmem_cache_create("inode_cache", (nuint)sizeof(Inode), 8, slab_flags_t.SLAB_RECLAIM_ACCOUNT, Construct);
        if (cache is null)
            return -ENOMEM;
        Inode** buckets = (Inode**)vzalloc(Buckets * (nuint)sizeof(Inode*));
        if (buckets == null)
        {
            kmem_cache_destroy(cache);
            return -ENOMEM;
        }

        s_cache = cache;
        s_buckets = buckets;
        return 0;
    }

    [MightSleep]
    public static void Destroy()
    {
        for (uint i = 0; i < Buckets; i++)
        {
            Inode* inode = s_buckets[i];
            while (inode != null)
            {
                Inode* next = inode->Next;
                WARN_ON(inode->References != 1);
                Free(inode);
                inode = next;
            }
        }

        vfree(s_buckets);
        s_buckets = null;
        kmem_cache_destroy(s_cache);
        s_cache = null;
    }

    /// <summary>The inode with this number, with one more reference; it is made if nobody has it.</summary>
    [MightSleep]
    public static Inode* Get(ulong number)
    {
        spin_lock(ref s_lock);
        Inode* found = Find(number);
        if (found != null)
            found->References++;
        spin_unlock(ref s_lock);
        if (found != null)
            return found;

        Inode* created = Allocate(number, GFP_NOFS);
        if (created == null)
            return null;

        // Somebody else may have been faster while the lock was not held.
        spin_lock(ref s_lock);
        found = Find(number);
        if (found == null)
        {
            Insert(created);
            created->References++;
            spin_unlock(ref s_lock);
            return created;
        }

        found->References++;
        spin_unlock(ref s_lock);
        Free(created);
        return found;
    }

    /// <summary>Gives up a reference. Does not sleep; not in interrupts.</summary>
    public static void Put(Inode* inode)
    {
        if (inode == null)
            return;
        spin_lock(ref s_lock);
        bool last = --inode->References == 0;
        if (last)
            Remove(inode);
        spin_unlock(ref s_lock);
        if (last)
            Free(inode);
    }

    /// <summary>Gives the inode another name; the old one stays if there is no memory.</summary>
    [MightSleep]
    public static int Rename(Inode* inode, byte* name, uint length)
    {
        byte* copy = (byte*)kmemdup(name, length, GFP_KERNEL);
        if (copy == null)
            return -ENOMEM;
        spin_lock(ref s_lock);
        byte* old = inode->Name;
        inode->Name = copy;
        inode->NameLength = length;
        inode->Dirty = true;
        spin_unlock(ref s_lock);
        kfree(old);
        return 0;
    }

    /// <summary>Frees inodes that only the cache itself still knows.</summary>
    public static int Prune(int limit)
    {
        Inode* unused = null;
        int count = 0;
        spin_lock(ref s_lock);
        for (uint i = 0; i < Buckets && count < limit; i++)
        {
            Inode** link = &s_buckets[i];
            while (*link != null && count < limit)
            {
                Inode* inode = *link;
                if (inode->References > 1 || inode->Dirty)
                {
                    link = &inode->Next;
                    continue;
                }

                *link = inode->Next;
                inode->Next = unused;
                unused = inode;
                count++;
            }
        }

        spin_unlock(ref s_lock);
        while (unused != null)
        {
            Inode* next = unused->Next;
            Free(unused);
            unused = next;
        }

        return count;
    }

    [HoldsSpinlock("s_lock")]
    private static Inode* Find(ulong number)
    {
        Inode* inode = *Bucket(number);
        while (inode != null && inode->Number != number)
            inode = inode->Next;
        return inode;
    }

    [HoldsSpinlock("s_lock")]
    private static void Insert(Inode* inode)
    {
        Inode** bucket = Bucket(inode->Number);
        inode->Next = *bucket;
        *bucket = inode;
    }

    [HoldsSpinlock("s_lock")]
    private static void Remove(Inode* inode)
    {
        Inode** link = Bucket(inode->Number);
        while (*link != inode)
        {
            BUG_ON(*link == null);
            link = &(*link)->Next;
        }

        *link = inode->Next;
        inode->Next = null;
    }

    private static Inode** Bucket(ulong number) => &s_buckets[number % Buckets];

    private static Inode* Allocate(ulong number, [GfpFlags] gfp_t flags)
    {
        kmem_cache? cache = Volatile.Read(ref s_cache);
        if (cache == null)
            return null;
        var inode = (Inode*)kmem_cache_alloc(cache, flags);
        if (inode != null)
        {
            inode->Number = number;
            inode->References = 1;
        }

        return inode;
    }

    private static void Free(Inode* inode)
    {
        kfree(inode->Name);
        Construct(inode);
        kmem_cache_free(s_cache!, inode);
    }

    // Objects go back to the cache as they came from it.
    private static void Construct(void* memory)
    {
        Inode* inode = (Inode*)memory;
        *inode = default;
    }
}
