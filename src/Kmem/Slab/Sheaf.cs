using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kmem.Slab;

/// <summary>Room for some object pointers, which change hands together: between a thread and a cache's depot a whole sheaf goes, not each object.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct Sheaf
{
    /// <summary>Objects that fit.</summary>
    public const int Room = 124;

    /// <summary>Bytes of a sheaf.</summary>
    public const int Bytes = HeaderBytes + Room * 8 + 16;

    private const int HeaderBytes = 16;

    /// <summary>The next sheaf of a list.</summary>
    public Sheaf* Next;

    /// <summary>Objects in it, while it lies in a depot.</summary>
    public uint Count;

    public static void** ObjectsOf(Sheaf* sheaf) => (void**)((byte*)sheaf + HeaderBytes);
}

/// <summary>A list of sheaves, the last added first.</summary>
internal unsafe struct SheafList
{
    private Sheaf* _first;

    public int Count { get; private set; }

    public void Push(Sheaf* sheaf)
    {
        sheaf->Next = _first;
        _first = sheaf;
        Count++;
    }

    /// <summary>The sheaf added last; null if there is none.</summary>
    public Sheaf* Pop()
    {
        Sheaf* sheaf = _first;
        if (sheaf == null)
            return null;
        _first = sheaf->Next;
        Count--;
        return sheaf;
    }

    /// <summary>The sheaf added last, which stays.</summary>
    public readonly Sheaf* First => _first;
}
