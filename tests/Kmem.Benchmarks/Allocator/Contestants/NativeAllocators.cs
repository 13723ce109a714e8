using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>A native allocator, called as C# calls native code unless told otherwise.</summary>
internal readonly unsafe struct PlainNative<TLibrary> : IAllocator<NativeBlock> where TLibrary : struct, INativeLibrary
{
    public NativeBlock Allocate(nuint size) => new(TLibrary.Allocate(size));

    public void Free(NativeBlock block) => TLibrary.Free(block.Address);
}

/// <summary>A native allocator, called in the fastest way there is: by a function pointer, and without telling the garbage collector.</summary>
internal readonly unsafe struct FastNative<TLibrary> : IAllocator<NativeBlock> where TLibrary : struct, INativeLibrary
{
    public NativeBlock Allocate(nuint size) => new(Functions<TLibrary>.Allocate(size));

    public void Free(NativeBlock block) => Functions<TLibrary>.Free(block.Address);
}

/// <summary>The functions of a library; null where it is not installed.</summary>
internal static unsafe class Functions<TLibrary> where TLibrary : struct, INativeLibrary
{
    private static readonly nint s_library = NativeLibrary.TryLoad(TLibrary.Names.File, out var library) ? library : 0;

    public static readonly delegate* unmanaged[SuppressGCTransition]<nuint, void*> Allocate =
        (delegate* unmanaged[SuppressGCTransition]<nuint, void*>)AddressOf(TLibrary.Names.Allocate);

    public static readonly delegate* unmanaged[SuppressGCTransition]<void*, void> Free =
        (delegate* unmanaged[SuppressGCTransition]<void*, void>)AddressOf(TLibrary.Names.Free);

    public static bool AreThere => s_library != 0;

    private static nint AddressOf(string function) => AreThere ? NativeLibrary.GetExport(s_library, function) : 0;
}

/// <summary>.NET's own way to native memory: glibc's malloc.</summary>
internal readonly unsafe struct DotNetNativeMemory : IAllocator<NativeBlock>
{
    public NativeBlock Allocate(nuint size) => new(NativeMemory.Alloc(size));

    public void Free(NativeBlock block) => NativeMemory.Free(block.Address);
}

/// <summary>.NET's older way to native memory.</summary>
internal readonly unsafe struct DotNetHGlobal : IAllocator<NativeBlock>
{
    public NativeBlock Allocate(nuint size) => new((void*)Marshal.AllocHGlobal((nint)size));

    public void Free(NativeBlock block) => Marshal.FreeHGlobal((nint)block.Address);
}
