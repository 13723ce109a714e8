using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Mirror;

internal unsafe struct Bio
{
    public Bio* Next;
    public page* Page;
    public ulong Sector;
    public int Leg;
    public int Error;
}

internal unsafe struct Transfer
{
    public Bio* First;
    public Bio* Second;
    public int Pending;
    public bool Failed;
}

/// <summary>
/// A disk mirrored on two. It stands below the file systems: what it allocates must not start I/O of its own, and its pools guarantee that
/// one write can always go on.
/// </summary>
internal sealed unsafe class MirrorTarget
{
    private const int Reserved = 16;

    private readonly kmem_cache _bioCache;
    private readonly kmem_cache _transferCache;
    private readonly mempool_t _bios;
    private readonly mempool_t _transfers;
    private spinlock_t _lock;
    private Bio* _retry;
    private int _failures;

    private MirrorTarget(kmem_cache bioCache, kmem_cache transferCache, mempool_t bios, mempool_t transfers)
    {
        _bioCache = bioCache;
        _transferCache = transferCache;
        _bios = bios;
        _transfers = transfers;
    }

    [MightSleep]
    public static MirrorTarget? Create()
    {
        mempool_t? bios;
        mempool_t? transfers;
        kmem_cache? transferCache;
        kmem_cache? bioCache = kmem_cache_create("mirror_bio", (nuint)sizeof(Bio), 0, slab_flags_t.SLAB_NONE, null);
        if (bioCache == null)
            return null;
        transferCache = kmem_cache_create("mirror_transfer", (nuint)sizeof(Transfer), 0, slab_flags_t.SLAB_NONE, null);
        if (transferCache == null)
            goto no_transfer_cache;
        bios = mempool_create_slab_pool(Reserved * 2, bioCache);
        if (bios == null)
            goto no_bios;
        transfers = mempool_create_slab_pool(Reserved, transferCache);
        if (transfers == null)
            goto no_transfers;
        return new MirrorTarget(bioCache, transferCache, bios, transfers);

    no_transfers:
        mempool_destroy(bios);
    no_bios:
        kmem_cache_destroy(transferCache);
    no_transfer_cache:
        kmem_cache_destroy(bioCache);
        return null;
    }

    [MightSleep]
    public void Destroy()
    {
        spin_lock_irq(ref _lock);
        Bio* retry = _retry;
        _retry = null;
        spin_unlock_irq(ref _lock);
        while (retry != null)
        {
            Bio* next = retry->Next;
            mempool_free(retry, _bios);
            retry = next;
        }

        mempool_destroy(_transfers);
        mempool_destroy(_bios);
        kmem_cache_destroy(_transferCache);
        kmem_cache_destroy(_bioCache);
    }

    /// <summary>Writes a page to both legs. Sleeps until the pools have room: it does not fail for lack of memory.</summary>
    [MightSleep]
    [NoIoContext]
    public int Write(ulong sector, page* data)
    {
        Transfer* transfer = (Transfer*)mempool_alloc(_transfers, GFP_NOIO);
        transfer->First = NewBio(sector, data, leg: 0, GFP_NOIO);
        transfer->Second = NewBio(sector, data, leg: 1, GFP_NOIO);
        transfer->Pending = 2;
        transfer->Failed = false;

        Submit(transfer, transfer->First);
        Submit(transfer, transfer->Second);
        bool failed = transfer->Failed;
        mempool_free(transfer->First, _bios);
        mempool_free(transfer->Second, _bios);
        mempool_free(transfer, _transfers);
        return failed ? -EIO : 0;
    }

    /// <summary>Reads ahead if that costs nothing: from one leg, without waiting for memory.</summary>
    public bool TryReadAhead(ulong sector, page* target)
    {
        Bio* bio = (Bio*)mempool_alloc(_bios, GFP_NOWAIT | __GFP_NOWARN);
        if (bio == null)
            return false;
        *bio = new Bio { Page = target, Sector = sector, Leg = (int)(sector & 1) };
        bool good = Transport.Start(bio);
        if (!good)
            Interrupted(bio);
        else
            mempool_free(bio, _bios);
        return good;
    }

    /// <summary>Tries again what an interrupt has put aside.</summary>
    [MightSleep]
    public int Retry()
    {
        uint flags = memalloc_noio_save();
        int done = 0;
        for (; ; )
        {
            spin_lock_irq(ref _lock);
            Bio* bio = _retry;
            if (bio != null)
                _retry = bio->Next;
            spin_unlock_irq(ref _lock);
            if (bio == null)
                break;

            byte* check = (byte*)kmalloc(PAGE_SIZE, GFP_NOIO);
            bool same = check != null && Verify(bio, check);
            kfree(check);
            if (same || Transport.Start(bio))
                done++;
            mempool_free(bio, _bios);
            cond_resched();
        }

        memalloc_noio_restore(flags);
        return done;
    }

    private Bio* NewBio(ulong sector, page* data, int leg, [GfpFlags] gfp_t flags)
    {
        Bio* bio = (Bio*)mempool_alloc(_bios, flags | __GFP_WAIT);
        bio->Next = null;
        bio->Page = data;
        bio->Sector = sector;
        bio->Leg = leg;
        bio->Error = 0;
        return bio;
    }

    private void Submit(Transfer* transfer, Bio* bio)
    {
        bool good = Transport.Start(bio);
        spin_lock_irqsave(ref _lock, out nuint flags);
        if (!good)
        {
            transfer->Failed = true;
            _failures++;
        }

        transfer->Pending--;
        spin_unlock_irqrestore(ref _lock, flags);
    }

    private void Interrupted([TakesOwnership] Bio* bio)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        bio->Next = _retry;
        _retry = bio;
        spin_unlock_irqrestore(ref _lock, flags);
    }

    private static bool Verify(Bio* bio, byte* scratch)
    {
        byte* data = (byte*)kmap_atomic(bio->Page, km_type.KM_USER0);
        memcpy(scratch, data, PAGE_SIZE);
        kunmap_atomic(data, km_type.KM_USER0);
        uint sum = 0;
        for (int i = 0; i < PAGE_SIZE; i++)
            sum += scratch[i];
        return sum == (uint)bio->Sector;
    }
}

/// <summary>The way to the disks.</summary>
internal static unsafe class Transport
{
    private static uint s_errors;

    public static bool Start(Bio* bio)
    {
        if (bio->Leg is < 0 or > 1 || bio->Page == null)
        {
            bio->Error = -EINVAL;
            s_errors++;
            return false;
        }

        bio->Error = 0;
        return true;
    }
}
