using Kmem.Execution;
using Kmem.Platform;

namespace Kmem.Slab;

/// <summary>Empty sheaves for all caches and threads, in pages of the host. A page goes back when all its sheaves are here, but for the last one.</summary>
internal sealed unsafe class SheafPool(HostMemory host)
{
    private const int SheavesInTable = (int)HostMemory.PageSize / Sheaf.Bytes;

    private readonly Dictionary<nint, Table> _tables = [];
    private readonly LinkedList<Table> _withFree = [];
    private RawSpinLock _lock;

    /// <summary>Pages in use.</summary>
    public int TableCount => _tables.Count;

    /// <summary>An empty sheaf; null if the host has no memory.</summary>
    public Sheaf* Take()
    {
        _lock.Enter();
        Sheaf* sheaf = _withFree.Count > 0 || TryAddTable() ? TakeFrom(_withFree.First!.Value) : null;
        _lock.Exit();
        return sheaf;
    }

    public void Give(Sheaf* sheaf)
    {
        _lock.Enter();
        Table table = _tables[(nint)((nuint)sheaf & ~(HostMemory.PageSize - 1))];
        if (table.Free.Count == 0)
            _withFree.AddFirst(table.Node);
        table.Free.Push(sheaf);
        if (table.Free.Count == SheavesInTable && _withFree.Count > 1)
            Remove(table);
        _lock.Exit();
    }

    /// <summary>Gives all pages back to the host.</summary>
    public void Release()
    {
        foreach (nint address in _tables.Keys)
            host.FreeTable((void*)address, HostMemory.PageSize);
        _tables.Clear();
        _withFree.Clear();
    }

    private Sheaf* TakeFrom(Table table)
    {
        Sheaf* sheaf = table.Free.Pop();
        if (table.Free.Count == 0)
            _withFree.Remove(table.Node);
        return sheaf;
    }

    private bool TryAddTable()
    {
        byte* address;
        try
        {
            address = (byte*)host.AllocateTable(HostMemory.PageSize);
        }
        catch (InsufficientMemoryException)
        {
            return false;
        }
        Table table = new((nint)address);
        for (int i = 0; i < SheavesInTable; i++)
            table.Free.Push((Sheaf*)(address + i * Sheaf.Bytes));
        _tables.Add(table.Address, table);
        _withFree.AddFirst(table.Node);
        return true;
    }

    private void Remove(Table table)
    {
        _withFree.Remove(table.Node);
        _tables.Remove(table.Address);
        host.FreeTable((void*)table.Address, HostMemory.PageSize);
    }

    private sealed class Table
    {
        public SheafList Free;

        public Table(nint address)
        {
            Address = address;
            Node = new LinkedListNode<Table>(this);
        }

        public nint Address { get; }

        /// <summary>Its place among the tables with free sheaves.</summary>
        public LinkedListNode<Table> Node { get; }
    }
}
