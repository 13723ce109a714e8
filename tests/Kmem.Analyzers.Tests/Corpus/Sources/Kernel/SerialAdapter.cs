using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Usb;

internal unsafe struct Transfer
{
    public Transfer* Next;
    public uint Length;
    public uint Endpoint;
    public int Status;

    public static byte* Data(Transfer* transfer) => (byte*)(transfer + 1);
}

/// <summary>A serial port on a bus of packets. Writers may come from anywhere: they say whether they can sleep.</summary>
internal sealed unsafe class SerialAdapter
{
    private const uint MaxTransfer = 2048;
    private const int MaxPending = 32;

    private readonly mutex _setup = new();
    private spinlock_t _lock;
    private rwlock_t _settingsLock;
    private Settings _settings = new(9600, 8, Parity: false);
    private Transfer* _pending;
    private Transfer* _spare;
    private int _count;
    private bool _gone;

    public readonly record struct Settings(uint Baud, int Bits, bool Parity);

    public Settings Current
    {
        get
        {
            read_lock(ref _settingsLock);
            Settings settings = _settings;
            read_unlock(ref _settingsLock);
            return settings;
        }
    }

    /// <summary>Writes bytes. With <paramref name="wait"/> it sleeps until there is room; without, it may be called in any context.</summary>
    public int Write(ReadOnlySpan<byte> bytes, bool wait)
    {
        gfp_t flags = wait ? GFP_KERNEL : GFP_ATOMIC;
        int written = 0;
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, (int)MaxTransfer);
            Transfer* transfer = Get((uint)length, flags);
            if (transfer == null)
                return written > 0 ? written : -ENOMEM;
            bytes[..length].CopyTo(new Span<byte>(Transfer.Data(transfer), length));

            int error = Queue(transfer);
            while (error == -EBUSY && wait)
            {
                msleep(5);
                error = Queue(transfer);
            }

            if (error != 0)
            {
                Put(transfer);
                return written > 0 ? written : error;
            }

            written += length;
            bytes = bytes[length..];
        }

        return written;
    }

    /// <summary>Changes the settings; without sleeping only if nobody else is at it.</summary>
    public bool Configure(Settings settings, bool canSleep)
    {
        if (canSleep)
            mutex_lock(_setup);
        else if (!mutex_trylock(_setup))
            return false;

        bool changed = Current != settings;
        if (changed)
        {
            write_lock(ref _settingsLock);
            _settings = settings;
            write_unlock(ref _settingsLock);
            if (canSleep)
                Drain();
        }

        mutex_unlock(_setup);
        return changed;
    }

    /// <summary>Takes a finished transfer, if the lock is free: from the poll loop, which has other things to do.</summary>
    public bool TryComplete(out uint length)
    {
        length = 0;
        if (!spin_trylock(ref _lock))
            return false;
        Transfer* transfer = _pending;
        if (transfer == null)
        {
            spin_unlock(ref _lock);
            return false;
        }

        _pending = transfer->Next;
        _count--;
        length = transfer->Length;
        Recycle(transfer);
        spin_unlock(ref _lock);
        return true;
    }

    /// <summary>The device was pulled out. In interrupts.</summary>
    [AtomicContext]
    public void Disconnect()
    {
        bool taken = spin_trylock(ref _lock);
        _gone = true;
        if (taken)
        {
            for (Transfer* transfer = _pending; transfer != null; transfer = transfer->Next)
                transfer->Status = -EIO;
            spin_unlock(ref _lock);
        }
    }

    [MightSleep]
    public void Release()
    {
        mutex_lock(_setup);
        spin_lock(ref _lock);
        Transfer* pending = _pending;
        Transfer* spare = _spare;
        _pending = null;
        _spare = null;
        _count = 0;
        spin_unlock(ref _lock);
        mutex_unlock(_setup);
        FreeAll(pending);
        FreeAll(spare);
    }

    /// <summary>Sends a control request and waits for its answer; not from interrupts.</summary>
    [MightSleep]
    public int Control(uint request, uint* answer)
    {
        if (in_interrupt() || answer == null)
            return -EINVAL;
        uint* buffer = (uint*)kzalloc(2 * sizeof(uint), GFP_KERNEL | GFP_DMA);
        if (buffer == null)
            return -ENOMEM;
        int error = 0;
        try
        {
            buffer[0] = request;
            for (int tries = 0; tries < 3; tries++)
            {
                buffer[1] = ~request;
                msleep(1);
                if (buffer[1] == ~buffer[0])
                    break;
                error = -EIO;
            }

            if (error == 0)
                *answer = buffer[1];
        }
        finally
        {
            kfree(buffer);
        }

        return error;
    }

    private int Queue([TakesOwnership(When = Outcome.Zero)] Transfer* transfer)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        int error = _gone ? -EIO : _count >= MaxPending ? -EBUSY : 0;
        if (error == 0)
        {
            transfer->Next = _pending;
            _pending = transfer;
            _count++;
        }

        spin_unlock_irqrestore(ref _lock, flags);
        return error;
    }

    private Transfer* Get(uint length, [GfpFlags] gfp_t flags)
    {
        spin_lock_irqsave(ref _lock, out nuint irq);
        Transfer* transfer = _spare;
        if (transfer != null)
            _spare = transfer->Next;
        spin_unlock_irqrestore(ref _lock, irq);

        transfer = transfer != null ? transfer : (Transfer*)kmalloc((nuint)sizeof(Transfer) + MaxTransfer, flags);
        if (transfer == null)
            return null;
        transfer->Next = null;
        transfer->Length = length;
        transfer->Status = 0;
        return transfer;
    }

    private void Put([TakesOwnership] Transfer* transfer)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        Recycle(transfer);
        spin_unlock_irqrestore(ref _lock, flags);
    }

    [HoldsSpinlock("_lock")]
    private void Recycle([TakesOwnership] Transfer* transfer)
    {
        transfer->Next = _spare;
        _spare = transfer;
    }

    private void Drain()
    {
        while (true)
        {
            spin_lock_irq(ref _lock);
            bool empty = _pending == null;
            spin_unlock_irq(ref _lock);
            if (empty)
                return;
            schedule();
        }
    }

    private static void FreeAll(Transfer* transfer)
    {
        while (transfer != null)
        {
            Transfer* next = transfer->Next;
            kfree(transfer);
            transfer = next;
        }
    }
}
