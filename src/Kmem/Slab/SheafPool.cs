using Kmem.Execution;
using Kmem.Platform;

namespace Kmem.Slab;

/// <summary>Empty sheaves for all caches and threads, from tables of the host. They are reused, and go back to the host with the machine.</summary>
internal sealed unsafe class SheafPool(HostMemory host)
{
    private const nuint TableBytes = 64 * 1024;

    private readonly List<nint> _tables = [];
    private SheafList _free;
    private RawSpinLock _lock;

    /// <summary>An empty sheaf; null if the host has no memory.</summary>
    public Sheaf* Take()
    {
        _lock.Enter();
        Sheaf* sheaf = _free.Pop();
        if (sheaf == null && TryAddTable())
            sheaf = _free.Pop();
        _lock.Exit();
        return sheaf;
    }

    public void Give(Sheaf* sheaf)
    {
        _lock.Enter();
        _free.Push(sheaf);
        _lock.Exit();
    }

    /// <summary>Gives all tables back to the host.</summary>
    public void Release()
    {
        foreach (nint table in _tables)
            host.FreeTable((void*)table, TableBytes);
        _tables.Clear();
        _free = default;
    }

    private bool TryAddTable()
    {
        byte* table;
        try
        {
            table = (byte*)host.AllocateTable(TableBytes);
        }
        catch (InsufficientMemoryException)
        {
            return false;
        }
        _tables.Add((nint)table);
        for (nuint at = 0; at < TableBytes; at += Sheaf.Bytes)
            _free.Push((Sheaf*)(table + at));
        return true;
    }
}
