using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Kmem.Slab;

/// <summary>
/// A word inside each free object, made of its address and a secret: it is there exactly while the object is free, so a second release is
/// found at once for the price of a load and two stores. A write after the release destroys it; then the slab's bitmap finds the second release, later.
/// </summary>
internal static unsafe class FreeMark
{
    private static readonly nuint s_secret = (nuint)BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSet(void* obj, uint markOffset) => *(nuint*)((byte*)obj + markOffset) == ((nuint)obj ^ s_secret);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(void* obj, uint markOffset) => *(nuint*)((byte*)obj + markOffset) = (nuint)obj ^ s_secret;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(void* obj, uint markOffset) => *(nuint*)((byte*)obj + markOffset) = 0;
}
