using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2009: helpers that give new memory for old, and null where they cannot.</summary>
public class ResizedByHelperTests
{
    private const string Helpers = """
        static byte* Grow(byte* old, nuint n) => (byte*)krealloc(old, n, GFP_KERNEL);
        static byte* GrowOrExplain(byte* old, nuint n) { byte* q = (byte*)krealloc(old, n, GFP_KERNEL); if (q == null) { printk("no memory"); return null; } q[0] = 1; return q; }
        static byte* GrowTwice(byte* old, nuint n) => Grow(old, n + 64);
        static byte* GrowByCopy(byte* old, nuint n) { byte* q = (byte*)kmalloc(n, GFP_KERNEL); if (q == null) return null; memcpy(q, old, 8); kfree(old); return q; }
        static byte* GrowUpTo(byte* old, nuint n) { if (n > 4096) return null; return (byte*)krealloc(old, n, GFP_KERNEL); }
        static byte* GrowOf(device d, nuint n) => (byte*)krealloc(d.buf, n, GFP_KERNEL);
        static byte* GrowDown(byte* old, nuint n) => n > 64 ? GrowDown(old, n - 1) : (byte*)krealloc(old, n, GFP_KERNEL);
        static byte* GrowOrFree(byte* old, nuint n) { byte* q = (byte*)krealloc(old, n, GFP_KERNEL); if (q == null) kfree(old); return q; }
        static byte* GrowOrThrow(byte* old, nuint n) { byte* q = (byte*)krealloc(old, n, GFP_KERNEL); if (q == null) throw new OutOfMemoryException(); return q; }
        static byte* GrowForSure(byte* old, nuint n) => (byte*)krealloc(old, n, GFP_KERNEL | __GFP_NOFAIL);
        static byte* GrowOrStay(byte* old, nuint n) { byte* q = (byte*)krealloc(old, n, GFP_KERNEL); return q == null ? old : q; }
        static byte* s_last;
        static byte* GrowOrKeep(byte* old, nuint n) { byte* q = (byte*)krealloc(old, n, GFP_KERNEL); if (q == null) s_last = old; return q; }
        static byte* Native(byte* old, nuint n) => (byte*)NativeMemory.Realloc(old, n);
        byte* _own;
        byte* GrowOwn(nuint n) => (byte*)krealloc(_own, n, GFP_KERNEL);
        static bool TryGrow(ref byte* p, nuint n) { byte* q = (byte*)krealloc(p, n, GFP_KERNEL); if (q == null) return false; p = q; return true; }

        """;

    [Theory]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = Grow(p, n)|}; kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = GrowOrExplain(p, n)|}; kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = GrowTwice(p, n)|}; kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); if (p == null) return; {|KMEM2009:p = GrowByCopy(p, n)|}; kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = GrowUpTo(p, n)|}; kfree(p);")]
    [InlineData("nint p = (nint)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = (nint)Grow((byte*)p, n)|}; if (p == 0) return; kfree((void*)p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); while (n-- > 8) { {|KMEM2009:p = Grow(p, n)|}; if (p == null) return; } kfree(p);")]
    [InlineData("{|KMEM2009:dev.buf = Grow(dev.buf, n)|};")]
    [InlineData("if (({|KMEM2009:dev.ring->buf = GrowOrExplain(dev.ring->buf, n)|}) == null) return;")]
    [InlineData("{|KMEM2009:dev.buf = GrowByCopy(dev.buf, n)|};")]
    [InlineData("{|KMEM2009:dev.buf = GrowOf(dev, n)|};")]
    [InlineData("{|KMEM2009:dev.buf = GrowDown(dev.buf, n)|};")]
    [InlineData("{|KMEM2009:_own = GrowOwn(n)|};")]
    public Task The_old_memory_is_lost_where_the_helper_fails(string statements) => Verify.CompleteAsync(Method(statements));

    [Theory]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); p = GrowOrFree(p, n); kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); p = GrowOrThrow(p, n); kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); p = GrowForSure(p, n); kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); p = GrowOrStay(p, n); kfree(p);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); byte* q = Grow(p, n); if (q == null) { kfree(p); return; } kfree(q);")]
    [InlineData("byte* p = (byte*)kzalloc(8, GFP_KERNEL); if (!TryGrow(ref p, n)) printk(\"small\"); kfree(p);")]
    [InlineData("byte* p = null; p = Grow(p, n); kfree(p);")]
    [InlineData("byte* p = (byte*)NativeMemory.Alloc(8); p = Native(p, n); NativeMemory.Free(p);")]
    [InlineData("dev.buf = GrowOrFree(dev.buf, n); dev.buf = GrowOrThrow(dev.buf, n); dev.buf = GrowOrStay(dev.buf, n); dev.buf = GrowOrKeep(dev.buf, n); dev.buf = Native(dev.buf, n);")]
    [InlineData("byte* old = dev.buf; dev.buf = Grow(old, n); if (dev.buf == null) dev.buf = old;")]
    [InlineData("byte* grown = GrowOrExplain(dev.buf, n); if (grown == null) return; dev.buf = grown;")]
    [InlineData("dev.buf = Grow(dev.parent!.buf, n);")]
    public Task It_is_not_where_somebody_has_it_still(string statements) => Verify.CompleteAsync(Method(statements));

    [Fact]
    public Task The_message_names_the_helper() => Verify.CompleteAsync(
        """
        static byte* Grow(byte* old, nuint n) => (byte*){|#2:krealloc(old, n, GFP_KERNEL)|};
        void Test(device dev, nuint n) { {|#0:dev.buf = {|#1:Grow(dev.buf, n)|}|}; }
        """,
        Verify.Report("KMEM2009").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("If 'Grow' fails, it gives null and leaves the old memory alone: nothing points to that any more"));

    private static string Method(string statements) => Helpers + "void Test(device dev, nuint n) { " + statements + " }";
}
