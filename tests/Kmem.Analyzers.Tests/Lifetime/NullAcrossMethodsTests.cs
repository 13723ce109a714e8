using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2001 where allocation, check and use stand in different methods.</summary>
public class NullAcrossMethodsTests
{
    [Theory]
    [InlineData("""
        ring* Make() => (ring*)kmalloc(8, GFP_KERNEL);
        void Test() { var r = Make(); {|KMEM2001:r|}->head = 1; }
        """)]
    [InlineData("""
        ring* Make() { var r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) return null; r->head = 1; return r; }
        void Test() { var r = Make(); {|KMEM2001:r|}->head = 2; var s = Make(); if (s != null) s->head = 1; }
        """)]
    [InlineData("""
        ring* A() => B(); ring* B() => C(); ring* C() => (ring*)kzalloc(8, GFP_KERNEL);
        void Test() { {|KMEM2001:A()|}->head = 2; }
        """)]
    [InlineData("""
        void Fill(ring* r) => r->head = 1;
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); Fill({|KMEM2001:r|}); }
        """)]
    [InlineData("""
        void Fill(ring* r) => Deeper(r); void Deeper(ring* r) { r->head = 1; }
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); Fill({|KMEM2001:r|}); r->head = 2; }
        """)]
    [InlineData("""
        bool Make(out ring* r) { r = (ring*)kmalloc(8, GFP_KERNEL); return true; }
        void Test() { Make(out ring* r); {|KMEM2001:r|}->head = 1; }
        """)]
    [InlineData("""
        bool Make(out ring* r) { r = (ring*)kmalloc(8, GFP_KERNEL); return r != null; }
        void Test() { if (Make(out ring* r)) r->head = 1; Make(out ring* s); {|KMEM2001:s|}->head = 1; }
        """)]
    [InlineData("""
        static void Init(device dev) { dev.buf = (byte*)kmalloc(8, GFP_KERNEL); }
        void Test(device dev) { Init(dev); {|KMEM2001:dev.buf|}[0] = 1; }
        """)]
    [InlineData("""
        byte* buf;
        void Init() { buf = (byte*)kmalloc(8, GFP_KERNEL); }
        void Test() { Init(); {|KMEM2001:buf|}[0] = 1; }
        """)]
    [InlineData("""
        static byte* buf;
        static void Init() { buf = (byte*)kmalloc(8, GFP_KERNEL); }
        void Test() { Init(); *{|KMEM2001:buf|} = 1; }
        """)]
    [InlineData("""
        byte* Buffer { get; set; }
        void Test() { Buffer = (byte*)kmalloc(8, GFP_KERNEL); *{|KMEM2001:Buffer|} = 1; }
        """)]
    [InlineData("""
        int Init(device dev) { dev.buf = (byte*)kmalloc(8, GFP_KERNEL); if (dev.buf == null) return -ENOMEM; return 0; }
        void Test(device dev) { if (Init(dev) != 0) { {|KMEM2001:dev.buf|}[0] = 2; return; } dev.buf[0] = 1; }
        """)]
    [InlineData("""
        [return: Allocates("pool")] extern static void* pool_alloc();
        [return: Allocates("pool", FailureValue = -1)] extern static nint pool_map();
        extern static void use([DisallowNull] void* p);
        void Test() { *(int*){|KMEM2001:pool_alloc()|} = 1; use({|KMEM2001:pool_alloc()|}); var m = pool_map(); *(int*){|KMEM2001:m|} = 1; }
        void Checked() { var m = pool_map(); if (m == -1) return; *(int*)m = 1; }
        void Checked2() { var m = pool_map(); if (m != (nint)(-1)) *(int*)m = 1; }
        void Vacuous() { var m = pool_map(); if (m == 0) return; *(int*){|KMEM2001:m|} = 1; }
        """)]
    [InlineData("""
        extern static int pool_alloc([Allocates("pool")] out byte* p);
        void Test() { pool_alloc(out byte* p); *{|KMEM2001:p|} = 1; }
        void Checked() { pool_alloc(out byte* p); if (p == null) return; *p = 1; }
        """)]
    [InlineData("""
        extern static int pool_alloc([Allocates("pool")] byte** p);
        void Test() { byte* p; pool_alloc(&p); if (p != null) *p = 1; }
        """)]
    [InlineData("""
        void Outer() { var r = Make(); {|KMEM2001:r|}->head = 1; static ring* Make() => (ring*)kmalloc(8, GFP_KERNEL); }
        """)]
    [InlineData("""
        ring* Find(ring* list, int n) => list == null ? null : list->head == n ? list : Find(list->next, n);
        ring* Make(int n) => n > 3 ? Make(n - 1) : (ring*)kmalloc(8, GFP_KERNEL);
        void Test(int n) { Make(n) ->head = 1; }
        """)]
    public Task Helpers_allocate_and_use(string members) => Verify.MembersAsync(members.Replace("Make(n) ->", "{|KMEM2001:Make(n)|}->", StringComparison.Ordinal));

    [Theory]
    [InlineData("""
        ring* Make() { var r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) throw new OutOfMemoryException(); return r; }
        void Test() { var r = Make(); r->head = 1; }
        """)]
    [InlineData("""
        ring* Make() { ring* r; while ((r = (ring*)kmalloc(8, GFP_KERNEL)) == null) msleep(1); return r; }
        void Test() { var r = Make(); r->head = 1; }
        """)]
    [InlineData("""
        [return: NotNull] extern static byte* Get();
        void Test() { *Get() = 1; }
        """)]
    [InlineData("""
        byte* Get() => (byte*)kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
        void Test() { *Get() = 1; }
        """)]
    [InlineData("""
        void Fill(ring* r) { if (r == null) return; r->head = 1; }
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); Fill(r); }
        """)]
    [InlineData("""
        int Fill(ring* r) { if (r == null) return -EINVAL; r->head = 1; return 0; }
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); if (Fill(r) < 0) return; r->head = 2; }
        """)]
    [InlineData("""
        int Init(device dev) { dev.buf = (byte*)kmalloc(8, GFP_KERNEL); if (dev.buf == null) return -ENOMEM; return 0; }
        int Test(device dev) { int error = Init(dev); if (error != 0) return error; dev.buf[0] = 1; return 0; }
        int Test2(device dev) { if (Init(dev) < 0) return -1; dev.buf[0] = 1; return 0; }
        """)]
    [InlineData("""
        static bool Init(device dev) => (dev.buf = (byte*)kmalloc(8, GFP_KERNEL)) != null;
        void Test(device dev) { if (Init(dev)) dev.buf[0] = 1; }
        """)]
    [InlineData("""
        static bool TryMake(out ring* r) { r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) return false; r->head = 1; return true; }
        void Test() { if (!TryMake(out var r)) return; r->head = 1; }
        """)]
    [InlineData("""
        static bool IsGood(void* p) => (nuint)p > 4096;
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); if (!IsGood(r)) return; r->head = 1; }
        """)]
    [InlineData("""
        extern static bool IsGood(void* p);
        void Test() { var r = (ring*)kmalloc(8, GFP_KERNEL); if (!IsGood(r)) return; r->head = 1; }
        """)]
    [InlineData("""
        byte* buf;
        void Init() { buf = (byte*)kmalloc(8, GFP_KERNEL); if (buf == null) throw new OutOfMemoryException(); }
        void Test() { Init(); buf[0] = 1; }
        void Other() { buf[0] = 1; }
        """)]
    [InlineData("""
        extern static int pool_alloc([Allocates("pool")] out byte* p);
        void Test() { if (pool_alloc(out byte* p) != 0 || p == null) return; *p = 1; }
        """)]
    [InlineData("""
        void Test(ring* r) { r->head = 1; }
        void Other(ring** list) { list[0]->head = 1; (*list)->head = 2; }
        """)]
    [InlineData("""
        void Test() { var p = (byte*)kmalloc(8, GFP_KERNEL); Check(); *p = 1; void Check() { if (p == null) throw new OutOfMemoryException(); } }
        """)]
    public Task Helpers_check(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("(nuint p, int q) = (__get_free_page(GFP_KERNEL), n); *(byte*){|KMEM2001:p|} = 1;")]
    [InlineData("var (p, q) = (__get_free_page(GFP_KERNEL), n); *(byte*){|KMEM2001:p|} = 1;")]
    [InlineData("var (p, q) = (__get_free_page(GFP_KERNEL), n); if (p == 0) return; *(byte*)p = 1;")]
    [InlineData("nint p = new IntPtr(kmalloc(8, GFP_KERNEL)); Marshal.WriteByte({|KMEM2001:p|}, 1);")]
    [InlineData("nint p = (nint)kmalloc(8, GFP_KERNEL); *(int*)({|KMEM2001:p.ToPointer()|}) = 1;")]
    public Task Addresses_of_other_types(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task The_story_goes_down_to_the_allocator() => Verify.MembersAsync(
        """
        ring* B() => (ring*){|#3:kmalloc(8, GFP_KERNEL)|};
        ring* A() => {|#2:B()|};
        void Test() { var r = {|#1:A()|}; {|#0:r|}->head = 1; }
        """,
        Verify.Report("KMEM2001").WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3)
            .WithMessage("'r' may be null here: the result of 'A' is not checked"));

    [Fact]
    public Task The_message_says_what_failure_is() => Verify.MembersAsync(
        """
        [return: Allocates("map", FailureValue = -1)] extern static nint map();
        void Test() { var m = {|#1:map()|}; *(int*){|#0:m|} = 1; }
        """,
        Verify.Report("KMEM2001").WithLocation(0).WithLocation(1).WithMessage("'m' may be -1 here: the result of 'map' is not checked"));

    private const string Headers = """
        static void* Make(nuint n) { ring* r = (ring*)kmalloc(n + 64, GFP_KERNEL); if (r == null) return null; r->head = 1; return r + 1; }
        static byte* MakeSure(int n) => (byte*)NativeMemory.Alloc((nuint)n + 16) + 16;
        static nint MakeGlobal(int n) { nint p = Marshal.AllocHGlobal(n + 8); Marshal.WriteInt64(p, n); return p + 8; }
        static void Free(void* p) { if (p != null) kfree((ring*)p - 1); }
        static void FreeSure(byte* p) => NativeMemory.Free(p - 16);

        """;

    [Theory]
    [InlineData("byte* p = (byte*)Make(1); if (p == null) return -ENOMEM; p[0] = 1; Free(p); return 0;")]
    [InlineData("byte* p = (byte*)Make(1); if (p != null) { p[0] = 1; Free(p); } return 0;")]
    [InlineData("byte* p = MakeSure(1); p[0] = 1; FreeSure(p); return 0;")]
    [InlineData("byte* p = MakeSure(1); if (p == null) return 1; p[0] = 1; FreeSure(p); return 0;")]
    [InlineData("nint p = MakeGlobal(1); Marshal.WriteByte(p, 1); Marshal.FreeHGlobal(p - 8); return 0;")]
    public Task Memory_behind_a_header_is_checked_as_any_other(string statements) => Verify.CompleteAsync(Headers + "int Test(int n) { " + statements + " }");

    [Theory]
    [InlineData("byte* p = (byte*)Make(1); {|KMEM2001:p|}[0] = 1; Free(p); return 0;")]
    [InlineData("byte* p = (byte*){|KMEM2005:Make(1)|}; if (p == null) return -ENOMEM; p[0] = 1; return 0;")]
    [InlineData("byte* p = (byte*)Make(1); if (p != null) { p[0] = 1; kfree({|KMEM2006:p|}); } return 0;")]
    public Task Memory_behind_a_header_is_followed_as_any_other(string statements) => Verify.CompleteAsync(Headers + "int Test(int n) { " + statements + " }");
}
