using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Fs.Names;

/// <summary>An element of a ring: the head is one that belongs to no entry.</summary>
internal unsafe struct RingLink
{
    public RingLink* Next;
    public RingLink* Previous;
}

/// <summary>A name that was looked up, and what it led to.</summary>
internal unsafe struct NameEntry
{
    /// <summary>First, so that a link of the ring is the entry's address.</summary>
    public RingLink Age;

    public NameEntry* Chain;
    public ulong Hash;
    public ulong Inode;
    public byte* Name;
    public uint Length;
}

/// <summary>What a snapshot keeps of an entry.</summary>
internal unsafe struct NameRecord
{
    public NameRecord* Next;
    public ulong Inode;
}

/// <summary>Names that were looked up lately: found by hash, forgotten in the order in which they were used last.</summary>
internal sealed unsafe class NameCache
{
    private const int MaxBuckets = 1024;
    private const int MaxName = 255;

    private readonly RingLink* _ages;
    private readonly NameEntry** _buckets;
    private readonly uint _size;
    private spinlock_t _lock;
    private int _count;

    private NameCache(RingLink* ages, NameEntry** buckets, uint size)
    {
        _ages = ages;
        _buckets = buckets;
        _size = size;
    }

    [MightSleep]
    public static NameCache? Create(uint size)
    {
        if (size is 0 or > MaxBuckets)
            return null;

        NameEntry** buckets = (NameEntry**)kcalloc(size, (nuint)sizeof(NameEntry*), GFP_KERNEL);
        if (buckets is null)
            return null;

        RingLink* ages = (RingLink*)kmalloc((nuint)sizeof(RingLink), GFP_KERNEL);
        if (ages is null)
        {
            kfree(buckets);
            return null;
        }

        ages->Next = ages->Previous = ages;
        return new NameCache(ages, buckets, size);
    }

    /// <summary>Remembers a name; 0, or a negative error.</summary>
    [MightSleep]
    public int Add(byte* name, uint length, ulong inode)
    {
        if (length is 0 or > MaxName)
            return -EINVAL;

        NameEntry* entry = Make(name, length, inode);
        if (entry is null)
            return -ENOMEM;

        spin_lock(ref _lock);
        if (FindLocked(entry->Hash, name, length) is not null and var known)
        {
            known->Inode = inode;
            spin_unlock(ref _lock);
            Release(entry);
            return 0;
        }

        ref NameEntry* bucket = ref BucketOf(entry->Hash);
        entry->Chain = bucket;
        bucket = entry;
        Link(_ages, &entry->Age);
        _count++;
        spin_unlock(ref _lock);
        return 0;
    }

    /// <summary>The inode of a name; 0 if it is not known.</summary>
    public ulong Find(byte* name, uint length)
    {
        spin_lock(ref _lock);
        try
        {
            NameEntry* entry = FindLocked(HashOf(name, length), name, length);
            if (entry is null)
                return 0;

            Unlink(&entry->Age);
            Link(_ages, &entry->Age);
            return entry->Inode;
        }
        finally
        {
            spin_unlock(ref _lock);
        }
    }

    /// <summary>Forgets the names that were not used for longest.</summary>
    public int Shrink(int limit)
    {
        NameEntry* victims = null;
        int forgotten = 0;
        spin_lock(ref _lock);
        while (_count > limit && _ages->Previous != _ages)
        {
            NameEntry* oldest = (NameEntry*)_ages->Previous;
            RemoveLocked(oldest);
            oldest->Chain = victims;
            victims = oldest;
            forgotten++;
        }

        spin_unlock(ref _lock);
        while (victims is not null)
        {
            NameEntry* next = victims->Chain;
            Release(victims);
            victims = next;
        }

        return forgotten;
    }

    /// <summary>The inodes of a bucket, in its order; null where there are none, or no memory.</summary>
    public NameRecord* Snapshot(uint bucket)
    {
        NameRecord* first = null;
        NameRecord* last = null;
        spin_lock(ref _lock);
        for (NameEntry* entry = _buckets[bucket % _size]; entry is not null; entry = entry->Chain)
        {
            NameRecord* record = (NameRecord*)kmalloc((nuint)sizeof(NameRecord), GFP_ATOMIC);
            if (record is null)
            {
                spin_unlock(ref _lock);
                Drop(first);
                return null;
            }

            record->Next = null;
            record->Inode = entry->Inode;
            if (last is null)
                first = record;
            else
                last->Next = record;
            last = record;
        }

        spin_unlock(ref _lock);
        return first;
    }

    public static void Drop(NameRecord* records)
    {
        while (records is not null)
        {
            NameRecord* next = records->Next;
            kfree(records);
            records = next;
        }
    }

    public void Destroy()
    {
        while (_ages->Next != _ages)
        {
            RingLink* link = _ages->Next;
            Unlink(link);
            Release((NameEntry*)link);
        }

        kfree(_ages);
        kfree(_buckets);
    }

    private static NameEntry* Make(byte* name, uint length, ulong inode)
    {
        NameEntry* entry = (NameEntry*)kzalloc((nuint)sizeof(NameEntry), GFP_KERNEL);
        if (entry is null)
            return null;

        entry->Name = (byte*)kmemdup(name, length, GFP_KERNEL);
        if (entry->Name is null)
        {
            kfree(entry);
            return null;
        }

        entry->Length = length;
        entry->Inode = inode;
        entry->Hash = HashOf(name, length);
        return entry;
    }

    private static void Release(NameEntry* entry)
    {
        kfree(entry->Name);
        kfree(entry);
    }

    [HoldsSpinlock("_lock")]
    private NameEntry* FindLocked(ulong hash, byte* name, uint length)
    {
        NameEntry* entry = BucketOf(hash);
        while (entry is not null && !(entry->Hash == hash && entry->Length == length && AreSame(entry->Name, name, length)))
            entry = entry->Chain;
        return entry;
    }

    [HoldsSpinlock("_lock")]
    private void RemoveLocked(NameEntry* entry)
    {
        for (NameEntry** link = &_buckets[entry->Hash % _size]; *link is not null; link = &(*link)->Chain)
        {
            if (*link != entry)
                continue;

            *link = entry->Chain;
            break;
        }

        Unlink(&entry->Age);
        _count--;
    }

    private ref NameEntry* BucketOf(ulong hash) => ref _buckets[hash % _size];

    private static void Link(RingLink* at, RingLink* link)
    {
        link->Next = at->Next;
        link->Previous = at;
        at->Next->Previous = link;
        at->Next = link;
    }

    private static void Unlink(RingLink* link)
    {
        link->Previous->Next = link->Next;
        link->Next->Previous = link->Previous;
        link->Next = link->Previous = null;
    }

    private static bool AreSame(byte* first, byte* second, uint length) =>
        new ReadOnlySpan<byte>(first, (int)length).SequenceEqual(new ReadOnlySpan<byte>(second, (int)length));

    private static ulong HashOf(byte* name, uint length)
    {
        ulong hash = 14695981039346656037;
        for (uint i = 0; i < length; i++)
            hash = (hash ^ name[i]) * 1099511628211;
        return hash;
    }
}
