using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Filesystems.Simple;

internal unsafe struct Inode
{
    public spinlock_t Lock;
    public Inode* HashNext;
    public Inode* LruNext;
    public ulong Number;
    public ulong Size;
    public int References;
    public bool Dirty;
    public bool Hashed;
    public byte* Symlink;
}

internal unsafe struct Bucket
{
    public spinlock_t Lock;
    public Inode* First;
}

/// <summary>Inodes that are in memory, found by their number; unused ones wait on a list until somebody needs the memory.</summary>
internal sealed unsafe class InodeCache
{
    private const int Buckets = 64;

    private readonly kmem_cache _objects;
    private readonly shrinker _shrinker = new();
    private readonly Bucket* _table;
    private readonly Func<ulong, ulong> _sizeOf;
    private spinlock_t _lruLock;
    private Inode* _lru;
    private nuint _unused;

    private InodeCache(kmem_cache objects, Bucket* table, Func<ulong, ulong> sizeOf)
    {
        _objects = objects;
        _table = table;
        _sizeOf = sizeOf;
    }

    public static InodeCache? Create(Func<ulong, ulong> sizeOf)
    {
        kmem_cache? objects = kmem_cache_create("inode", (nuint)sizeof(Inode), 0, slab_flags_t.SLAB_RECLAIM_ACCOUNT, null);
        if (objects == null)
            return null;

        Bucket* table = (Bucket*)kcalloc(Buckets, (nuint)sizeof(Bucket), GFP_KERNEL);
        if (table == null)
            goto no_table;

        for (int i = 0; i < Buckets; i++)
            spin_lock_init(ref table[i].Lock);
        var cache = new InodeCache(objects, table, sizeOf);
        cache._shrinker.count_objects = () => cache._unused;
        cache._shrinker.scan_objects = cache.Shrink;
        if (register_shrinker(cache._shrinker) == 0)
            return cache;

        kfree(table);
    no_table:
        kmem_cache_destroy(objects);
        return null;
    }

    /// <summary>The inode of a number, with a reference; made and read where it is not there.</summary>
    public Inode* Get(ulong number)
    {
        if (Find(number) is var found && found != null)
            return found;

        Inode* fresh = (Inode*)kmem_cache_zalloc(_objects, GFP_NOFS);
        if (fresh == null)
            return null;

        spin_lock_init(ref fresh->Lock);
        fresh->Number = number;
        fresh->Size = _sizeOf(number);
        fresh->References = 1;

        // Somebody else may have been faster.
        Bucket* bucket = BucketOf(number);
        spin_lock(ref bucket->Lock);
        Inode* other = FindLocked(bucket, number);
        if (other == null)
        {
            fresh->HashNext = bucket->First;
            fresh->Hashed = true;
            bucket->First = fresh;
        }

        spin_unlock(ref bucket->Lock);
        if (other == null)
            return fresh;

        kmem_cache_free(_objects, fresh);
        return other;
    }

    public void Put(Inode* inode)
    {
        spin_lock(ref inode->Lock);
        bool isLast = --inode->References == 0;
        spin_unlock(ref inode->Lock);
        if (!isLast)
            return;

        spin_lock(ref _lruLock);
        inode->LruNext = _lru;
        _lru = inode;
        _unused++;
        spin_unlock(ref _lruLock);
    }

    /// <summary>Gives an inode the target of a symbolic link, which it keeps.</summary>
    public int SetTarget(Inode* inode, ReadOnlySpan<byte> target)
    {
        byte* copy = (byte*)kmalloc((nuint)target.Length + 1, GFP_NOFS);
        if (copy == null)
            return -ENOMEM;

        target.CopyTo(new Span<byte>(copy, target.Length));
        copy[target.Length] = 0;

        spin_lock(ref inode->Lock);
        byte* old = inode->Symlink;
        inode->Symlink = copy;
        inode->Dirty = true;
        spin_unlock(ref inode->Lock);
        kfree(old);
        return 0;
    }

    /// <summary>Writes every dirty inode; the lists may change while it does.</summary>
    public int WriteAll(Func<ulong, int> write)
    {
        int error = 0;
        for (int i = 0; i < Buckets && error == 0; i++)
        {
            Bucket* bucket = &_table[i];
        again:
            spin_lock(ref bucket->Lock);
            for (Inode* inode = bucket->First; inode != null; inode = inode->HashNext)
            {
                if (!inode->Dirty)
                    continue;

                inode->References++;
                spin_unlock(ref bucket->Lock);
                error = write(inode->Number);
                cond_resched();
                inode->Dirty = false;
                Put(inode);
                if (error != 0)
                    return error;
                goto again;
            }

            spin_unlock(ref bucket->Lock);
        }

        return error;
    }

    public void Destroy()
    {
        unregister_shrinker(_shrinker);
        while (Shrink(64) > 0)
            cond_resched();
        kfree(_table);
        kmem_cache_destroy(_objects);
    }

    private Inode* Find(ulong number)
    {
        Bucket* bucket = BucketOf(number);
        spin_lock(ref bucket->Lock);
        Inode* inode = FindLocked(bucket, number);
        spin_unlock(ref bucket->Lock);
        return inode;
    }

    [HoldsSpinlock("bucket.Lock")]
    private static Inode* FindLocked(Bucket* bucket, ulong number)
    {
        for (Inode* inode = bucket->First; inode != null; inode = inode->HashNext)
        {
            if (inode->Number != number)
                continue;
            inode->References++;
            return inode;
        }

        return null;
    }

    private Bucket* BucketOf(ulong number) => &_table[number % Buckets];

    private nuint Shrink(nuint wanted)
    {
        nuint freed = 0;
        while (freed < wanted)
        {
            Inode* inode = TakeUnused();
            if (inode == null)
                break;
            Free(inode);
            freed++;
        }

        return freed;
    }

    private Inode* TakeUnused()
    {
        spin_lock(ref _lruLock);
        Inode* inode = _lru;
        if (inode != null)
        {
            _lru = inode->LruNext;
            _unused--;
        }

        spin_unlock(ref _lruLock);
        return inode;
    }

    private void Free(Inode* inode)
    {
        Bucket* bucket = BucketOf(inode->Number);
        spin_lock(ref bucket->Lock);
        for (Inode** link = &bucket->First; *link != null; link = &(*link)->HashNext)
        {
            if (*link != inode)
                continue;
            *link = inode->HashNext;
            break;
        }

        spin_unlock(ref bucket->Lock);
        kfree(inode->Symlink);
        kmem_cache_free(_objects, inode);
    }
}
