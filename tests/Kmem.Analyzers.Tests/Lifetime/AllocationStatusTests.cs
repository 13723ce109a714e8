using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Memory that comes through an argument, beside a result that says whether it did.</summary>
public class AllocationStatusTests
{
    [Fact]
    public Task A_status_says_whether_the_handle_is_one() => Verify.CompleteSourcesAsync(
    [
        """
        static unsafe class Native
        {
            [DllImport("x")] public static extern int x_open([Allocates("x")] out nint handle);
            [DllImport("x")] public static extern bool x_try([Allocates("x")] out nint handle);
            [DllImport("x")] public static extern Status x_begin([Allocates("x")] out nint handle);
            [DllImport("x")] public static extern void x_make([Allocates("x")] out nint handle);
            [DllImport("x")] public static extern int x_use([Borrows, DisallowNull] nint handle);
            [DllImport("x")] public static extern void x_close([Frees("x")] nint handle);
            public enum Status { Ok, Busy, Dead }

            static int Checked() { int rc = x_open(out nint h); if (rc != 0) return rc; int n = x_use(h); x_close(h); return n; }
            static int CheckedNegative() { int rc = x_open(out nint h); if (rc < 0) throw new Exception(); int n = x_use(h); x_close(h); return n; }
            static int CheckedDirectly() { if (x_open(out nint h) != 0) return -1; int n = x_use(h); x_close(h); return n; }
            static int CheckedTry() { if (!x_try(out nint h)) return -1; int n = x_use(h); x_close(h); return n; }
            static int CheckedTryInside() { int n = 0; if (x_try(out nint h)) { n = x_use(h); x_close(h); } return n; }
            static int CheckedEnum() { if (x_begin(out nint h) != Status.Ok) throw new Exception("no"); int n = x_use(h); x_close(h); return n; }
            static int CheckedByHelper() { Check(x_open(out nint h)); int n = x_use(h); x_close(h); return n; }
            static int CheckedOne() { if (x_open(out nint h) != 1) return -1; int n = x_use(h); x_close(h); return n; }
            static int CheckedSwitch() { switch (x_open(out nint h)) { case 0: int n = x_use(h); x_close(h); return n; default: return -1; } }
            static int CheckedHandle() { x_open(out nint h); if (h == 0) return -1; int n = x_use(h); x_close(h); return n; }
            static void Check(int rc) { if (rc != 0) throw new Exception(); }
            static int Forgotten(int k) { int rc = x_open(out nint h); if (rc != 0) return rc; if (k > 3) {|KMEM2005:return|} -1; x_close(h); return 0; }
            static int ForgottenTry(int k) { if (!x_try(out nint h)) return 0; if (k > 3) {|KMEM2005:return|} -1; x_close(h); return 0; }
            static int Unchecked() { x_open(out nint h); int n = x_use({|KMEM2001:h|}); x_close(h); return n; }
            static int UncheckedVoid() { x_make(out nint h); int n = x_use({|KMEM2001:h|}); x_close(h); return n; }

            static int Reopened() { int rc = x_open(out nint h); if (rc != 0) rc = x_open(out h); if (rc != 0) return rc; x_close(h); return 0; }
            static int Retried(int n) { int rc; nint h; do { rc = x_open(out h); } while (rc != 0 && n-- > 0); if (rc != 0) return rc; x_close(h); return 0; }
        }
        """,
    ]);

    [Fact]
    public Task A_status_that_is_kept_in_a_pattern() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        static int Init(out holder h) { h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); return h.p == null ? -ENOMEM : 0; }
        int A() { if (Init(out holder h) is not 0 and var e) return e; h.p[0] = 1; kfree(h.p); return 0; }
        int B() { if (Init(out holder h) is var e && e != 0) return e; h.p[0] = 1; kfree(h.p); return 0; }
        int C() { if (Init(out holder h) is < 0) return -1; h.p[0] = 1; kfree(h.p); return 0; }
        int D() { switch (Init(out holder h)) { case 0: kfree(h.p); return 0; case var e: return e; } }
        """);

    [Fact]
    public Task A_struct_that_cleans_up_after_itself() => Verify.CompleteAsync("""
        struct holder
        {
            public byte* p, q;
            public static int Create(out holder h)
            {
                h = default;
                h.q = (byte*)kmalloc(8, GFP_KERNEL);
                if (h.q == null)
                    return -ENOMEM;
                h.p = (byte*)kmalloc(8, GFP_KERNEL);
                if (h.p == null)
                    goto fail;
                return 0;
            fail:
                h.Destroy();
                return -ENOMEM;
            }
            public void Destroy() { kfree(p); p = null; kfree(q); q = null; }
        }
        int A() { int e = holder.Create(out holder h); if (e != 0) return e; h.p[0] = 1; h.Destroy(); return 0; }
        """);

    [Fact]
    public Task A_field_takes_a_struct_over() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; public void Destroy() { kfree(p); p = null; } }
        static int Create(out holder h) { h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); return h.p == null ? -ENOMEM : 0; }
        sealed class User { holder _h; public int Start(bool c) { int e = Create(out holder h); if (e != 0) return e; if (c) { h.Destroy(); return -EIO; } _h = h; return 0; } public void Stop() => _h.Destroy(); }
        """);

    [Theory]
    [InlineData("static nint Open() { int rc = x_open(out nint h); if (rc != 0) throw new Exception(); return h; }", "nint h = Open();")]
    [InlineData("static nint Open() { if (!x_try(out nint h)) throw new Exception(); return h; }", "nint h = Open();")]
    [InlineData("static nint Open() { Check(x_open(out nint h)); return h; } static void Check(int rc) { if (rc != 0) throw new Exception(); }", "nint h = Open();")]
    [InlineData("static bool TryOpen(out nint h) => x_open(out h) == 0;", "if (!TryOpen(out nint h)) return -1;")]
    [InlineData("static bool Fails(out nint h) => x_open(out h) != 0;", "if (Fails(out nint h)) return -1;")]
    [InlineData("static bool TryOpen(out nint h) => x_try(out h);", "bool ok = TryOpen(out nint h); if (!ok) return -1;")]
    [InlineData("static int Open(out nint h) { int rc = x_open(out h); return rc; }", "int rc = Open(out nint h); if (rc != 0) return rc;")]
    [InlineData("static int Open(out nint h) { int rc; do { rc = x_open(out h); } while (rc > 0); return rc; }", "int rc = Open(out nint h); if (rc != 0) return rc;")]
    public async Task A_wrapper_passes_the_status_on(string wrapper, string open)
    {
        await WithNativeAsync(wrapper + " static int Use() { " + open + " int n = x_use(h); x_close(h); return n; }");
        await WithNativeAsync(wrapper + " static int Use(int n) { " + open + " if (n > 3) {|KMEM2005:return|} n; x_close(h); return 0; }");
    }

    [Theory]
    [InlineData("nint _h; C() { if (x_open(out _h) != 0) throw new Exception(); } void Close() => x_close(_h);")]
    [InlineData("static nint s_h; static void Open() { x_open(out s_h); }")]
    [InlineData("nint _h; static void Open(C other) { x_open(out other._h); }")]
    [InlineData("struct S { public nint H; } S _s; void Open() { x_open(out _s.H); }")]
    [InlineData("static void Open(nint[] all) { x_open(out all[0]); }")]
    [InlineData("static void Open(ref nint h) { x_open(out h); }")]
    [InlineData("static bool TryOpen(out nint h) => x_open(out h) == 0;")]
    [InlineData("struct S { public nint H; } static int Open(out S s) => x_open(out s.H);")]
    [InlineData("[DllImport(\"x\")] static extern int x_two([Allocates(\"x\")] out nint a, [Allocates(\"x\")] out nint b); nint _a, _b; int Open() => x_two(out _a, out _b);")]
    public Task What_comes_into_a_place_of_others_is_theirs(string members) => WithNativeAsync(members);

    [Fact]
    public Task What_comes_into_a_struct_of_the_body_is_not() => WithNativeAsync(
        "struct S { public nint H; } static int Open(int n) { S s; int rc = x_open(out s.H); if (rc != 0) return rc; if (n > 3) {|KMEM2005:return|} n; x_close(s.H); return 0; }");

    [Fact]
    public Task A_pointer_is_an_error_code_where_there_is_no_memory() => Verify.CompleteAsync("""
        const int MAX_ERRNO = 4095;
        static byte* ERR_PTR(long error) => (byte*)error;
        static bool IS_ERR(void* p) => (ulong)p >= unchecked((ulong)-MAX_ERRNO);
        static byte* Get(nuint n) { byte* b = (byte*)kmalloc(n, GFP_KERNEL); if (b == null) return ERR_PTR(-ENOMEM); return b; }
        static int Tested(nuint n) { byte* b = Get(n); if (IS_ERR(b)) return (int)(long)b; b[0] = 1; kfree(b); return 0; }
        static int TestedHere(nuint n) { byte* b = Get(n); if ((nuint)b >= unchecked((nuint)(-4095))) return -1; kfree(b); return 0; }
        static int Forgotten(nuint n) { byte* b = Get(n); if (IS_ERR(b)) return -ENOMEM; if (n > 3) {|KMEM2005:return|} -EINVAL; kfree(b); return 0; }
        static int OfAnotherSize(nuint n) { byte* b = (byte*)kzalloc(n, GFP_KERNEL); if ((nuint)b >= n) {|KMEM2005:return|} -1; kfree(b); return 0; }
        """);

    [Fact]
    public Task Memory_comes_through_the_address_of_a_local() => Verify.CompleteAsync("""
        static int Make(byte** result, nuint n) { byte* b = (byte*)kmalloc(n, GFP_KERNEL); if (b == null) return -ENOMEM; *result = b; return 0; }
        static int Released(nuint n) { byte* b; int rc = Make(&b, n); if (rc != 0) return rc; b[0] = 1; kfree(b); return 0; }
        static int Forgotten(nuint n) { byte* b; int rc = Make(&b, n); if (rc != 0) return rc; if (b[0] == 1) {|KMEM2005:return|} -EINVAL; kfree(b); return 0; }
        """);

    private static Task WithNativeAsync(string members) => Verify.CompleteSourcesAsync($$"""
        unsafe class C
        {
            [DllImport("x")] static extern int x_open([Allocates("x")] out nint handle);
            [DllImport("x")] static extern bool x_try([Allocates("x")] out nint handle);
            [DllImport("x")] static extern int x_use([Borrows, DisallowNull] nint handle);
            [DllImport("x")] static extern void x_close([Frees("x")] nint handle);
            {{members}}
        }
        """);

    [Theory]
    [InlineData("nint p = open(); if (p <= 0) return; close(p);")]
    [InlineData("nint p = open(); if ((long)p < 0) return; close(p);")]
    [InlineData("nint p = open(); if (p.ToInt64() <= 0) return; close(p);")]
    [InlineData("nint p = open(); if (p > 0) close(p);")]
    [InlineData("nint p = open(); if (p >= 0) {|KMEM2005:return|}; close(p);")]
    [InlineData("nint p = open(); if (p != 5) {|KMEM2005:return|}; close(p);")]
    public Task A_number_below_null_is_no_address(string statements) => Verify.CompleteAsync($$"""
        [return: Allocates("handle")] extern static nint open();
        extern static void close([Frees("handle")] nint handle);
        static void Test() { {{statements}} }
        """);
}
