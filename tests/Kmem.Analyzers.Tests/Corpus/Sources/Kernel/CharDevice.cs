using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Char;

internal enum Command : uint
{
    Reset = 0x6b00,
    GetStatus = 0x6b01,
    SetLimit = 0x6b02,
    Snapshot = 0x6b03,
    WriteRecord = 0x6b04,
}

internal struct Status
{
    public uint Records;
    public uint Limit;
    public ulong Bytes;
}

internal unsafe struct UserRecord
{
    public void* Data;
    public uint Length;
    public uint Kind;
}

internal unsafe struct Record
{
    public Record* Next;
    public uint Length;
    public uint Kind;
}

/// <summary>A character device that keeps records of its writers until somebody reads them.</summary>
internal sealed unsafe class CharDevice
{
    private const uint MaxRecord = 4096;
    private const uint DefaultLimit = 64;

    private readonly mutex _mutex = new();
    private spinlock_t _lock;
    private Record* _first;
    private Record* _last;
    private Status _status = new() { Limit = DefaultLimit };

    [MightSleep]
    public int Control(Command command, void* argument)
    {
        int error;
        mutex_lock(_mutex);
        switch (command)
        {
            case Command.Reset:
                Clear();
                error = 0;
                break;
            case Command.GetStatus:
                error = GetStatus(argument);
                break;
            case Command.SetLimit:
                error = SetLimit(argument);
                break;
            case Command.Snapshot:
                error = Snapshot(argument);
                break;
            case Command.WriteRecord:
                error = WriteRecord(argument);
                break;
            default:
                error = -EINVAL;
                break;
        }

        mutex_unlock(_mutex);
        return error;
    }

    /// <summary>Reads the oldest record; 0 if there is none, the record stays if the caller's memory is bad.</summary>
    [MightSleep]
    public long Read(void* buffer, nuint size)
    {
        mutex_lock(_mutex);
        Record* record = Take();
        if (record == null)
        {
            mutex_unlock(_mutex);
            return 0;
        }

        nuint length = size < record->Length ? size : record->Length;
        if (copy_to_user(buffer, record + 1, length) != 0)
        {
            PutBack(record);
            mutex_unlock(_mutex);
            return -EFAULT;
        }

        mutex_unlock(_mutex);
        kfree(record);
        return (long)length;
    }

    /// <summary>Notes an event of the device itself. In any context; lost if there is no memory.</summary>
    public void Note(uint kind, uint value)
    {
        Record* record = (Record*)kmalloc((nuint)sizeof(Record) + sizeof(uint), GFP_ATOMIC);
        if (record == null)
            return;
        record->Length = sizeof(uint);
        record->Kind = kind;
        *(uint*)(record + 1) = value;
        if (!TryAppend(record))
            kfree(record);
    }

    [MightSleep]
    public void Release()
    {
        mutex_lock(_mutex);
        Clear();
        mutex_unlock(_mutex);
    }

    private int GetStatus(void* argument)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        Status status = _status;
        spin_unlock_irqrestore(ref _lock, flags);
        return copy_to_user(argument, &status, (nuint)sizeof(Status)) == 0 ? 0 : -EFAULT;
    }

    private int SetLimit(void* argument)
    {
        uint limit;
        if (copy_from_user(&limit, argument, sizeof(uint)) != 0)
            return -EFAULT;
        if (limit is 0 or > 1024)
            return -EINVAL;
        spin_lock_irqsave(ref _lock, out nuint flags);
        _status.Limit = limit;
        spin_unlock_irqrestore(ref _lock, flags);
        return 0;
    }

    // The list cannot be copied to user memory under the spinlock: the copy is made in between.
    private int Snapshot(void* argument)
    {
        uint* kinds = (uint*)kcalloc(1024, sizeof(uint), GFP_KERNEL);
        if (kinds == null)
            return -ENOMEM;

        uint count = 0;
        spin_lock_irqsave(ref _lock, out nuint flags);
        for (Record* record = _first; record != null && count < 1024; record = record->Next)
            kinds[count++] = record->Kind;
        spin_unlock_irqrestore(ref _lock, flags);

        int result = (int)count;
        if (copy_to_user(argument, kinds, count * (nuint)sizeof(uint)) != 0)
            result = -EFAULT;
        kfree(kinds);
        return result;
    }

    private int WriteRecord(void* argument)
    {
        UserRecord user;
        if (copy_from_user(&user, argument, (nuint)sizeof(UserRecord)) != 0)
            return -EFAULT;
        if (user.Length > MaxRecord)
            return -EINVAL;

        int error = -ENOMEM;
        Record* record = (Record*)kmalloc((nuint)sizeof(Record) + user.Length, GFP_USER);
        if (record == null)
            goto out_none;
        error = -EFAULT;
        if (copy_from_user(record + 1, user.Data, user.Length) != 0)
            goto out_free;
        record->Length = user.Length;
        record->Kind = user.Kind;
        error = -EBUSY;
        if (!TryAppend(record))
            goto out_free;
        return 0;

    out_free:
        kfree(record);
    out_none:
        return error;
    }

    private bool TryAppend([TakesOwnership(When = Outcome.True)] Record* record)
    {
        bool room;
        spin_lock_irqsave(ref _lock, out nuint flags);
        room = _status.Records < _status.Limit;
        if (room)
        {
            record->Next = null;
            if (_last == null)
                _first = record;
            else
                _last->Next = record;
            _last = record;
            _status.Records++;
            _status.Bytes += record->Length;
        }

        spin_unlock_irqrestore(ref _lock, flags);
        return room;
    }

    private Record* Take()
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        Record* record = _first;
        if (record != null)
        {
            _first = record->Next;
            if (_first == null)
                _last = null;
            _status.Records--;
            _status.Bytes -= record->Length;
        }

        spin_unlock_irqrestore(ref _lock, flags);
        return record;
    }

    private void PutBack(Record* record)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        record->Next = _first;
        _first = record;
        if (_last == null)
            _last = record;
        _status.Records++;
        _status.Bytes += record->Length;
        spin_unlock_irqrestore(ref _lock, flags);
    }

    private void Clear()
    {
        Record* record;
        while ((record = Take()) != null)
            kfree(record);
    }
}
