using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Kmem.Slab;

/// <summary>
/// A word inside each free object, made of its address and a secret: it is there exactly while the object is free, so a second release is
/// found at once for the price of a load and two stores. A write after the release destroys it; then the slab's bitmap finds the second release, later.
/// The secret is an int, so that instructions can contain it; its sign makes the mark an address that no pointer has.
/// </summary>
internal static unsafe class FreeMark
{
    private static readonly nuint s_secret = (nuint)(nint)(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(sizeof(int))) | int.MinValue | 1);

    /// <summary>No mark, for the hot paths. Not 0, which takes the compiler an instruction more to store.</summary>
    private const nuint None = 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSet(void* obj, nuint markOffset) => *(nuint*)((byte*)obj + markOffset) == ((nuint)obj ^ s_secret);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(void* obj, nuint markOffset) => *(nuint*)((byte*)obj + markOffset) = (nuint)obj ^ s_secret;

    /// <summary>Takes the mark away. What is there then means nothing to the object's user.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Remove(void* obj, nuint markOffset) => *(nuint*)((byte*)obj + markOffset) = None;

    /// <summary>Takes the mark away from an object whose other bytes may be zero, which it then is as a whole.</summary>
    public static void Clear(void* obj, nuint markOffset) => *(nuint*)((byte*)obj + markOffset) = 0;
}
