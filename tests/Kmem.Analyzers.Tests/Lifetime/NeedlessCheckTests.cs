using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2011: a null check in front of a release that accepts null.</summary>
public class NeedlessCheckTests
{
    [Theory]
    [InlineData("{|KMEM2011:if (p != null)|} kfree(p);")]
    [InlineData("{|KMEM2011:if (p != null)|} { kfree(p); }")]
    [InlineData("{|KMEM2011:if (null != p)|} vfree(p);")]
    [InlineData("{|KMEM2011:if (p is not null)|} kfree_sensitive(p);")]
    [InlineData("{|KMEM2011:if (dev.buf != null)|} kfree(dev.buf);")]
    [InlineData("{|KMEM2011:if (dev.ring->buf != null)|} kfree(dev.ring->buf);")]
    [InlineData("{|KMEM2011:if (n != 0)|} free_pages(n, 1);")]
    [InlineData("{|KMEM2011:if (h != IntPtr.Zero)|} Marshal.FreeHGlobal(h);")]
    [InlineData("{|KMEM2011:if (h != default)|} Marshal.FreeCoTaskMem(h);")]
    [InlineData("{|KMEM2011:if ((byte*)p != null)|} kfree((void*)p);")]
    [InlineData("for (;;) { if (c) break; {|KMEM2011:if (p != null)|} NativeMemory.Free(p); p = null; }")]
    [InlineData("try { } finally { {|KMEM2011:if (p != null)|} kfree(p); }")]
    public Task A_check_for_null_is_not_needed(string statements) => Verify.CompleteAsync(Method(statements));

    [Theory]
    [InlineData("kfree(p);")]
    [InlineData("if (p != null) { kfree(p); p = null; }")]
    [InlineData("if (p != null) kfree(p); else c = true;")]
    [InlineData("if (p != null && c) kfree(p);")]
    [InlineData("if (p == null) kfree(p);")]
    [InlineData("if (p != null) kfree(dev.buf);")]
    [InlineData("if (c) kfree(p);")]
    [InlineData("if (cache != null && g != null) { } if (g != null) __free_page(g);")]
    [InlineData("if (p != null) kmem_cache_free(cache, p);")]
    [InlineData("if (Next() != null) kfree(Next()); extern static void* Next();")]
    [InlineData("while (p != null) { kfree(p); p = null; }")]
    [InlineData("if (p != null) Drop(p); void Drop(void* q) { kfree(q); }")]
    public Task Other_checks_are(string statements) => Verify.CompleteAsync(Method(statements));

    [Fact]
    public Task The_message_names_the_release() => Verify.CompleteAsync(
        Method("{|#0:if (p != null)|} kfree(p);"),
        Verify.Report("KMEM2011").WithLocation(0).WithMessage("'kfree' accepts null: the check is not needed"));

    private static string Method(string statements) =>
        "void Test(void* p, nuint n, nint h, device dev, bool c, kmem_cache cache, page* g) { " + statements + " }";
}
