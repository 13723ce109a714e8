using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A generic type's members name its fields as they are declared, and others as the type is made: both are one place.</summary>
public class GenericTypeTests
{
    private const string Types = """
        unsafe struct Block<T> where T : unmanaged
        {
            public T* P;
            public Block(int n) => P = (T*)NativeMemory.Alloc((nuint)n, (nuint)sizeof(T));
            public static void Make(out Block<T> made) { made = default; made.P = (T*)NativeMemory.Alloc(8); }
            public void Free() => NativeMemory.Free(P);
        }
        unsafe class Owner<T> where T : unmanaged { public T* P; public void Free() => NativeMemory.Free(P); }
        struct Box<T> { public T V; }
        """;

    [Fact]
    public Task What_a_member_has_put_there_is_released_from_outside() => Verify.DotNetAsync($$"""
        using System; using System.Runtime.InteropServices;
        {{Types}}
        static unsafe class C
        {
            static void A() { var b = new Block<int>(4); b.P[0] = 1; NativeMemory.Free(b.P); }
            static void B() { Block<int>.Make(out var b); b.P[0] = 1; NativeMemory.Free(b.P); }
            static void D() { Box<nint> b = default; Set(ref b, Marshal.AllocHGlobal(3)); Marshal.FreeHGlobal(b.V); }
            static void Set<T>(ref Box<T> b, T v) => b.V = v;
        }
        """);

    [Fact]
    public Task What_was_put_there_from_outside_is_released_by_a_member() => Verify.DotNetAsync($$"""
        using System; using System.Runtime.InteropServices;
        {{Types}}
        static unsafe class C
        {
            static void A() { var b = new Block<int>(4); b.Free(); b.P = (int*)NativeMemory.Alloc(4); b.Free(); }
            static void B(Owner<int> o) { o.Free(); o.P = (int*)NativeMemory.Alloc(4); o.P[0] = 1; o.Free(); }
            static void D(Owner<int> o) { o.Free(); o.P = null; o.Free(); }
            static void E(Block<int>* b) { b->Free(); b->P = null; if (b->P == null) return; b->Free(); }
        }
        """);

    [Fact]
    public Task Defects_are_seen_on_both_sides() => Verify.DotNetAsync($$"""
        using System; using System.Runtime.InteropServices;
        {{Types}}
        static unsafe class C
        {
            static int A() { var b = new Block<int>(4); int* p = b.P; b.Free(); return {|KMEM2004:p|}[0]; }
            static void B(Owner<int> o) { NativeMemory.Free(o.P); {|KMEM2003:o.Free()|}; }
            static void D() { Block<int>.Make(out var b); if (b.P[0] == 1) {|KMEM2005:return|}; b.Free(); }
            static void E(Owner<int> o) { o.Free(); {|KMEM2003:o.Free()|}; }
        }
        """);

    [Fact]
    public Task A_static_field_is_each_types_own() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices;
        static class Table<T> { public static nint P; }
        static class C
        {
            static void A() { Marshal.FreeHGlobal(Table<int>.P); Marshal.FreeHGlobal(Table<long>.P); }
            static void B() { Marshal.FreeHGlobal(Table<int>.P); Marshal.FreeHGlobal({|KMEM2003:Table<int>.P|}); }
        }
        """);
}
