using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2002: what one family gave, another takes.</summary>
public class MismatchedReleaseTests
{
    [Theory]
    [InlineData("void* p = vmalloc(8); kfree({|KMEM2002:p|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); vfree({|KMEM2002:p|});")]
    [InlineData("void* p = kzalloc(8, GFP_KERNEL); NativeMemory.Free({|KMEM2002:p|});")]
    [InlineData("void* p = NativeMemory.AlignedAlloc(8, 8); NativeMemory.Free({|KMEM2002:p|});")]
    [InlineData("void* p = NativeMemory.Alloc(8); NativeMemory.AlignedFree({|KMEM2002:p|});")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 1); kfree({|KMEM2002:(void*)p|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); free_pages({|KMEM2002:(nuint)p|}, 0);")]
    [InlineData("var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return; void* p = kmem_cache_alloc(c, GFP_KERNEL); kfree({|KMEM2002:p|});")]
    [InlineData("var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return; void* p = kmalloc(8, GFP_KERNEL); if (p != null) kmem_cache_free(c, {|KMEM2002:p|});")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 0); kfree({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.AllocCoTaskMem(8); Marshal.FreeHGlobal({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.StringToCoTaskMemUTF8(\"x\"); Marshal.FreeHGlobal({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.StringToHGlobalAnsi(\"x\"); Marshal.FreeCoTaskMem({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.StringToBSTR(\"x\"); Marshal.FreeHGlobal({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeBSTR({|KMEM2002:p|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); NativeMemory.Free({|KMEM2002:(void*)p|});")]
    [InlineData("var p = (byte*)vmalloc(8); var q = p; kfree({|KMEM2002:q|});")]
    [InlineData("ring* r = (ring*)vmalloc(8); try { } finally { kfree({|KMEM2002:r|}); }")]
    [InlineData("dev.buf = (byte*)vmalloc(8); kfree({|KMEM2002:dev.buf|});")]
    [InlineData("void* p = condition ? vmalloc(8) : kmalloc(8, GFP_KERNEL); if (condition) kfree({|KMEM2002:p|}); else kfree(p);")]
    [InlineData("void* p = condition ? vmalloc(8) : kmalloc(8, GFP_KERNEL); kfree({|KMEM2002:p|});")]
    [InlineData("void* p = n > 4096 ? vmalloc(8) : kmalloc(8, GFP_KERNEL); if (n > 4096) vfree(p); else vfree({|KMEM2002:p|});")]
    [InlineData("void* p = vmalloc(8); if (p != null) { kfree({|KMEM2002:p|}); }")]
    [InlineData("void* p = vmalloc(8); for (int i = 0; i < n; i++) { if (i == 3) { kfree({|KMEM2002:p|}); break; } }")]
    [InlineData("void* p = vmalloc(8); if (condition) goto fail; return; fail: kfree({|KMEM2002:p|});")]
    [InlineData("void* p = vmalloc(8); p = krealloc({|KMEM2002:p|}, 16, GFP_KERNEL);")]
    [InlineData("void* p = NativeMemory.AlignedAlloc(8, 8); p = NativeMemory.Realloc({|KMEM2002:p|}, 16);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Release({|KMEM2002:p|}); void Release(void* q) => vfree(q);")]
    [InlineData("void* p = Get(); kfree({|KMEM2002:p|}); void* Get() => vmalloc(8);")]
    [InlineData("var p = vmalloc(8); if (is_vmalloc_addr(p)) kfree({|KMEM2002:p|}); else kfree(p);")]
    [InlineData("byte[] a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); void* p = vmalloc(1); kfree_sensitive({|KMEM2002:p|});")]
    public Task A_release_of_another_family_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Free(p);")]
    [InlineData("void* p = vmalloc(8); Free(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) p = vmalloc(8); Tested(p);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 0); Free({|KMEM2002:(void*)p|});")]
    [InlineData("void* p = vmalloc(8); Told(p, true);")]
    [InlineData("void* p = vmalloc(8); Told({|KMEM2002:p|}, false);")]
    public Task A_helper_may_choose_by_what_its_caller_cannot_see(string statements) => Verify.MembersAsync("""
        extern static bool IsSmall(void* p);
        static void Free(void* p) { if (IsSmall(p)) kfree(p); else vfree(p); }
        static void Tested(void* p) { if (is_vmalloc_addr(p)) vfree(p); else kfree(p); }
        static void Told(void* p, bool big) { if (big) vfree(p); else kfree(p); }
        void Test() { 
        """ + statements + " }");

    [Theory]
    [InlineData("void* p = vmalloc(8); vfree(p);")]
    [InlineData("void* p = vmalloc(8); vfree_atomic(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree_sensitive(p);")]
    [InlineData("void* p = vmalloc(8); if (p == null) { kfree(p); return; } vfree(p);")]
    [InlineData("kfree(null); vfree(null);")]
    [InlineData("kfree(dev.buf); vfree(dev.ring);")]
    [InlineData("void* p = condition ? vmalloc(8) : kmalloc(8, GFP_KERNEL); if (condition) vfree(p); else kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) p = vmalloc(8); if (is_vmalloc_addr(p)) vfree(p); else kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); bool big = false; if (p == null) { p = vmalloc(8); big = true; } if (big) vfree(p); else kfree(p);")]
    [InlineData("void* p = vmalloc(8); vfree(p); p = kmalloc(8, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* q = krealloc(p, 16, GFP_KERNEL); kfree(q);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 1); free_pages(p, 1);")]
    [InlineData("nint p = Marshal.StringToBSTR(\"x\"); Marshal.ZeroFreeBSTR(p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p);")]
    [InlineData("IntPtr p = IntPtr.Zero; try { p = Marshal.AllocHGlobal(8); } finally { Marshal.FreeHGlobal(p); }")]
    [InlineData("var h = GCHandle.Alloc(o, GCHandleType.Pinned); nint p = h.AddrOfPinnedObject(); h.Free();")]
    [InlineData("byte[] a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a);")]
    [InlineData("void* p = NativeMemory.AlignedAlloc(8, 8); p = NativeMemory.AlignedRealloc(p, 16, 8); NativeMemory.AlignedFree(p);")]
    [InlineData("void* p = Unknown(); kfree(p); extern static void* Unknown();")]
    [InlineData("void* p = vmalloc(8); Replace(ref p); kfree(p); extern static void Replace(ref void* q);")]
    [InlineData("void* p = vmalloc(8); Replace(&p); kfree(p); extern static void Replace(void** q);")]
    [InlineData("void* p = vmalloc(8); BUG(); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Release(p, false); void Release(void* q, bool big) { if (big) vfree(q); else kfree(q); }")]
    public Task The_right_release_is_not(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task The_message_names_both_families() => Verify.StatementsAsync(
        "void* p = {|#1:vmalloc(8)|}; kfree({|#0:p|});",
        Verify.Report("KMEM2002").WithLocation(0).WithLocation(1).WithMessage("'kfree' releases kmalloc memory, but 'p' is vmalloc memory"));

    [Fact]
    public Task Families_of_the_user_s_own() => Verify.SourcesAsync(
    [
        """
        unsafe class Native
        {
            [DllImport("x")] [return: Allocates("x")] static extern nint x_alloc();
            [DllImport("x")] static extern void x_get([Allocates("x")] out nint p);
            [DllImport("x")] static extern void x_free([Frees("x")] nint p);
            [DllImport("x")] static extern void any_free([Frees("x", "y")] nint p);
            [DllImport("x")] static extern void really_any_free([Frees] nint p);

            void Test()
            {
                nint p = x_alloc();
                Marshal.FreeHGlobal({|KMEM2002:p|});
                x_get(out nint q);
                Marshal.FreeHGlobal({|KMEM2002:q|});
                x_get(out q);
                x_free(q);
                any_free(x_alloc());
                really_any_free(x_alloc());
                x_free({|KMEM2002:Marshal.AllocHGlobal(1)|});
            }
        }
        """,
    ]);
}
