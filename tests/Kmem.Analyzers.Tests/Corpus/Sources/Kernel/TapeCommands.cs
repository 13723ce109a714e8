using System;
using System.Runtime.InteropServices;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Tape;

internal enum TapeCommand : uint { Rewind = 0x5401, Seek, ReadLabel, WriteLabel, SetBlockSize, GetStatus, Dump }

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TapeLabel
{
    public uint Version;
    public uint Length;
    public fixed byte Text[56];
}

[StructLayout(LayoutKind.Sequential)]
internal struct TapeStatus
{
    public long Position;
    public uint BlockSize;
    public uint Flags;
}

internal unsafe struct SeekArguments
{
    public long Position;
    public int Origin;
    public int Count;
}

/// <summary>The commands of a tape: each takes a pointer into the user's memory.</summary>
internal sealed unsafe class TapeCommands
{
    private const uint MinBlock = 512, MaxBlock = 64 * 1024;

    private readonly mutex _mechanics = new();
    private readonly semaphore _openers = new(1);
    private spinlock_t _stateLock;
    private TapeStatus _status = new() { BlockSize = MinBlock };
    private byte* _block;
    private byte* _registers;

    public int Open()
    {
        down(_openers);
        int error = AllocateBlock(_status.BlockSize);
        if (error != 0)
            up(_openers);
        return error;
    }

    public void Close()
    {
        mutex_lock(_mechanics);
        kvfree(_block);
        _block = null;
        mutex_unlock(_mechanics);
        up(_openers);
    }

    public int Control(TapeCommand command, void* user) => command switch
    {
        TapeCommand.Rewind => Move(0),
        TapeCommand.Seek => Seek(user),
        TapeCommand.ReadLabel => ReadLabel(user),
        TapeCommand.WriteLabel => WriteLabel(user),
        TapeCommand.SetBlockSize => AllocateBlock((uint)(nuint)user),
        TapeCommand.GetStatus => GetStatus(user),
        TapeCommand.Dump => Dump(user),
        _ => -EINVAL,
    };

    private int Seek(void* user)
    {
        SeekArguments arguments;
        if (copy_from_user(&arguments, user, (nuint)sizeof(SeekArguments)) != 0)
            return -EFAULT;

        long position = arguments.Origin switch
        {
            0 => arguments.Position,
            1 => Position() + arguments.Position,
            _ => -1,
        };
        return position < 0 ? -EINVAL : Move(position);
    }

    private int Move(long position)
    {
        mutex_lock(_mechanics);
        int error = WaitUntilReady(100);
        if (error == 0)
        {
            writel((uint)position, _registers);
            spin_lock(ref _stateLock);
            _status.Position = position;
            spin_unlock(ref _stateLock);
        }

        mutex_unlock(_mechanics);
        return error;
    }

    private int ReadLabel(void* user)
    {
        TapeLabel* label = (TapeLabel*)kzalloc((nuint)sizeof(TapeLabel), GFP_KERNEL);
        if (label == null)
            return -ENOMEM;

        mutex_lock(_mechanics);
        int error = ReadBlock();
        if (error == 0)
            memcpy(label, _block, (nuint)sizeof(TapeLabel));
        mutex_unlock(_mechanics);

        if (error == 0 && copy_to_user(user, label, (nuint)sizeof(TapeLabel)) != 0)
            error = -EFAULT;
        kfree(label);
        return error;
    }

    private int WriteLabel(void* user)
    {
        int error;
        TapeLabel* label = (TapeLabel*)kmalloc((nuint)sizeof(TapeLabel), GFP_KERNEL);
        if (label == null)
            return -ENOMEM;

        if (copy_from_user(label, user, (nuint)sizeof(TapeLabel)) != 0)
        {
            error = -EFAULT;
            goto free_label;
        }

        if (label->Version is < 1 or > 3 || label->Length > 56)
        {
            error = -EINVAL;
            goto free_label;
        }

        mutex_lock(_mechanics);
        if (_block == null)
        {
            error = -EIO;
            goto unlock;
        }

        memcpy(_block, label, (nuint)sizeof(TapeLabel));
        error = WriteBlock();
    unlock:
        mutex_unlock(_mechanics);
    free_label:
        kfree(label);
        return error;
    }

    private int GetStatus(void* user)
    {
        TapeStatus status;
        spin_lock(ref _stateLock);
        status = _status;
        spin_unlock(ref _stateLock);
        return copy_to_user(user, &status, (nuint)sizeof(TapeStatus)) == 0 ? 0 : -EFAULT;
    }

    /// <summary>Copies the whole buffer out, a bit at a time.</summary>
    private int Dump(void* user)
    {
        const uint Chunk = 256;
        byte* to = (byte*)user;
        byte* chunk = stackalloc byte[(int)Chunk];
        for (uint done = 0; done < _status.BlockSize; done += Chunk)
        {
            mutex_lock(_mechanics);
            bool isThere = _block != null;
            if (isThere)
                memcpy(chunk, _block + done, Chunk);
            mutex_unlock(_mechanics);
            if (!isThere)
                return -EIO;
            if (copy_to_user(to + done, chunk, Chunk) != 0)
                return -EFAULT;
            cond_resched();
        }

        return 0;
    }

    private int AllocateBlock(uint size)
    {
        if (size < MinBlock || size > MaxBlock || (size & (size - 1)) != 0)
            return -EINVAL;

        byte* block = (byte*)kvmalloc(size, GFP_KERNEL);
        if (block == null)
            return -ENOMEM;

        mutex_lock(_mechanics);
        byte* old = _block;
        _block = block;
        spin_lock(ref _stateLock);
        _status.BlockSize = size;
        spin_unlock(ref _stateLock);
        mutex_unlock(_mechanics);
        kvfree(old);
        return 0;
    }

    private long Position()
    {
        spin_lock(ref _stateLock);
        try
        {
            return _status.Position;
        }
        finally
        {
            spin_unlock(ref _stateLock);
        }
    }

    [MightSleep]
    private int WaitUntilReady(uint milliseconds)
    {
        for (uint waited = 0; (readl(_registers) & 1) == 0; waited += 10)
        {
            if (waited >= milliseconds)
                return -EBUSY;
            msleep(10);
        }

        return 0;
    }

    private int ReadBlock()
    {
        if (_block == null)
            return -EIO;
        for (uint i = 0; i < _status.BlockSize; i++)
            _block[i] = (byte)readl(_registers + 4);
        return 0;
    }

    private int WriteBlock()
    {
        if (WaitUntilReady(50) is not 0 and var error)
            return error;
        for (uint i = 0; i < _status.BlockSize; i++)
            writel(_block[i], _registers + 4);
        return 0;
    }
}
