using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Memory in the fields of a struct that is a local variable.</summary>
public class LocalStructTests
{
    [Fact]
    public Task Memory_in_fields_of_local_structs_is_lost() => Verify.CompleteAsync("""
        struct inner { public byte* p; } struct outer { public inner first, second; public int n; }
        int A() { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); if (o.first.p == null) return -ENOMEM; o.n = 1; {|KMEM2005:return|} o.n; }
        int B(int n) { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); if (i.p == null) return -ENOMEM; if (n < 0) {|KMEM2005:return|} -EINVAL; kfree(i.p); return 0; }
        void C() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); {|KMEM2005:i.p = null|}; }
        void D(int n) { for (int k = 0; k < n; k++) { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); if (i.p == null) break; i.p[0] = 1; {|KMEM2005:}|} }
        static void Fill(ref outer o) => o.second.p = (byte*)kmalloc(8, GFP_KERNEL);
        """);

    [Fact]
    public Task Variables_may_lead_to_each_other_in_a_circle() => Verify.CompleteAsync("""
        struct node { public node* next; public void* data; }
        static node* head;
        static void Add(node* n) { n->next = n; head = n; }
        void One() { node n; n.data = null; n.next = &n; void* p = kmalloc(3, GFP_KERNEL); if (p == null) return; head = &n; kfree(p); }
        void Two() { node n, m; n.data = m.data = null; n.next = &m; m.next = &n; void* p = kmalloc(3, GFP_KERNEL); if (p == null) return; head = &n; kfree(p); }
        void Held() { node n, m; n.next = &m; m.next = &n; m.data = kmalloc(3, GFP_KERNEL); head = &n; }
        void Itself() { node* n; n = (node*)&n; void* p = kmalloc(3, GFP_KERNEL); if (p == null) return; head = (node*)&n; kfree(p); }
        void Through() { node n; n.next = &n; n.data = kmalloc(3, GFP_KERNEL); if (n.data == null) return; Add(&n); kfree(n.data); }
        void Lost() { node n; n.next = &n; void* p = kmalloc(3, GFP_KERNEL); head = &n; {|KMEM2005:}|}
        """);

    [Fact]
    public Task Memory_in_fields_of_local_structs_goes_where_the_struct_goes() => Verify.CompleteAsync("""
        struct inner { public byte* p; } struct outer { public inner first, second; public int n; }
        extern static void take(inner i); extern static void take_address(inner* i); extern static void take_ref(ref inner i);
        inner A() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); return i; }
        void B(inner[] all) { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); all[0] = i; }
        void C() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); take(i); }
        void D() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); take_address(&i); }
        void E() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); take_ref(ref i); }
        void F(List<inner> l) { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); l.Add(i); }
        void G() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); inner j = i; kfree(j.p); }
        void H() { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); inner i = o.first; kfree(i.p); }
        Action I() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); return () => kfree(i.p); }
        object J() { inner2 i; i.p = (nint)kmalloc(8, GFP_KERNEL); return i; } struct inner2 { public nint p; }
        void K() { inner3 i; i.p = (byte*)kmalloc(8, GFP_KERNEL); i.Drop(); } struct inner3 { public byte* p; public void Drop() => kfree(p); }
        void L() { inner4 i; i.p = (byte*)kmalloc(8, GFP_KERNEL); i.Keep(); } struct inner4 { public byte* p; static byte* s; public void Keep() => s = p; }
        void M() { using inner5 i = new(8); } ref struct inner5 { public byte* p; public inner5(int n) { p = (byte*)kmalloc((nuint)n, GFP_KERNEL); } public void Dispose() => kfree(p); }
        void N(device dev) { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); inner* i = &o.first; dev.buf = i->p; }
        void O(outer* to) { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); *to = o; }
        void P(out outer to) { to = default; to.first.p = (byte*)kmalloc(8, GFP_KERNEL); }
        (inner, int) Q() { inner i; i.p = (byte*)kmalloc(8, GFP_KERNEL); return (i, 1); }
        void R() { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); Free(o); static void Free(outer x) => kfree(x.first.p); }
        void S() { outer o = default; o.first.p = (byte*)kmalloc(8, GFP_KERNEL); Free(in o); static void Free(in outer x) => kfree(x.first.p); }
        void T() { fixed_t f; f.data[0] = 1; inner i = new inner { p = (byte*)kmalloc(8, GFP_KERNEL) }; kfree(i.p); } struct fixed_t { public fixed byte data[4]; }
        inner U(inner i) { i.p = (byte*)kmalloc(8, GFP_KERNEL); return i with { }; }
        ref struct span_t { public Span<byte> s; } span_t V() { span_t s = default; s.s = new Span<byte>(kmalloc(8, GFP_KERNEL), 8); s.s[0] = 1; return s; }
        void W() { span_t s = default; s.s = new Span<byte>({|KMEM2005:kmalloc(8, GFP_KERNEL)|}, 8); s.s[0] = 1; }
        """);

    private const string Callees = """
        struct inner { public byte* data; } struct req { public byte* buf, tmp; public inner q; public int n; } struct pair { public req a, b; }
        class holder { public req r; } static holder kept = new(); static req queue;
        static bool Make(out req r) { r = default; r.buf = (byte*)kmalloc(64, GFP_KERNEL); return r.buf != null; }
        static bool Fill(ref req r) { r.buf = (byte*)kmalloc(64, GFP_KERNEL); return r.buf != null; }
        static bool FillAt(req* r) { r->buf = (byte*)kmalloc(64, GFP_KERNEL); return r->buf != null; }
        static void FillOnly(ref req r) { r.buf = (byte*)kmalloc(64, GFP_KERNEL); }
        static bool Deep(ref req r) { r.q.data = (byte*)kmalloc(64, GFP_KERNEL); return r.q.data != null; }
        static bool Ensure(ref req r) { if (r.buf == null) r.buf = (byte*)kmalloc(64, GFP_KERNEL); return r.buf != null; }
        static int Both(ref req r) { r.buf = (byte*)kmalloc(64, GFP_KERNEL); if (r.buf == null) return -ENOMEM; r.tmp = (byte*)vmalloc(64); if (r.tmp == null) { kfree(r.buf); r.buf = null; return -ENOMEM; } return 0; }
        static void Empty(ref req r) { kfree(r.buf); r = default; }
        static void Submit(ref req r) { kfree(r.tmp); queue = r; }
        static void SubmitAt(req* r) { kfree(r->tmp); queue = *r; }
        static void SubmitBuffer(ref req r) { kfree(r.tmp); queue.buf = r.buf; }
        static void SubmitByOther(req* r) => Submit(ref *r);
        static void Copy(req* from, req* to) { kfree(to->buf); *to = *from; }

        """;

    [Theory]
    [InlineData("req r = default; if (!Fill(ref r)) return 0; r.buf[0] = 1; {|KMEM2005:return|} 1;")]
    [InlineData("req r = default; if (!Fill(ref r)) return 0; if (n > 3) {|KMEM2005:return|} 1; kfree(r.buf); return 0;")]
    [InlineData("req r = default; if (!FillAt(&r)) return 0; if (n > 3) {|KMEM2005:return|} 1; kfree(r.buf); return 0;")]
    [InlineData("req r = default; if (!Deep(ref r)) return 0; if (n > 3) {|KMEM2005:return|} 1; kfree(r.q.data); return 0;")]
    [InlineData("req r = default; int e = Both(ref r); if (e != 0) return e; kfree(r.buf); {|KMEM2005:return|} 0;")]
    [InlineData("pair p = default; if (!Fill(ref p.a)) return 0; if (!Fill(ref p.b)) {|KMEM2005:return|} 1; kfree(p.a.buf); kfree(p.b.buf); return 0;")]
    [InlineData("req r = default; FillOnly(ref r); {|KMEM2001:r.buf|}[0] = 1; kfree(r.buf); return 0;")]
    [InlineData("req r = default; int e = Both(ref r); if (e != 0) return e; kfree(r.buf); kfree({|KMEM2002:r.tmp|}); return 0;")]
    [InlineData("req r = default; if (!Fill(ref r)) return 0; kfree(r.buf); kfree({|KMEM2003:r.buf|}); return 0;")]
    [InlineData("req r = default; if (!FillAt(&r)) return 0; kfree(r.buf); {|KMEM2004:r.buf|}[0] = 1; return 0;")]
    public Task What_a_callee_has_put_into_a_local_struct_is_this_bodys(string statements) =>
        Verify.CompleteAsync(Callees + "static int Test(int n) { " + statements + " }");

    [Theory]
    [InlineData("req r = default; if (Fill(ref r)) kfree(r.buf);")]
    [InlineData("req r = default; if (Fill(ref r)) Empty(ref r);")]
    [InlineData("req r = default; if (Fill(ref r)) Submit(ref r);")]
    [InlineData("req r = default; if (FillAt(&r)) SubmitAt(&r);")]
    [InlineData("if (Make(out req r)) SubmitAt(&r);")]
    [InlineData("req r = default; if (Fill(ref r)) SubmitBuffer(ref r);")]
    [InlineData("req r = default; if (Fill(ref r)) SubmitByOther(&r);")]
    [InlineData("req r = default; if (Fill(ref r)) Copy(&r, to);")]
    [InlineData("req r = default; if (Fill(ref r)) *to = r;")]
    [InlineData("req r = default; if (Fill(ref r)) to->buf = r.buf;")]
    [InlineData("req r = kept.r; if (Ensure(ref r)) kept.r = r;")]
    [InlineData("ref req r = ref kept.r; if (Fill(ref r)) r.n = 1;")]
    [InlineData("if (Fill(ref *to)) to->n = 1;")]
    [InlineData("if (FillAt(to)) to->n = 1;")]
    [InlineData("req r = default; try { if (!Fill(ref r)) return; } finally { kfree(r.buf); }")]
    [InlineData("req r = default; for (int i = 0; i < 9; i++) { if (!Ensure(ref r)) break; r.buf[i] = 1; } kfree(r.buf);")]
    [InlineData("req r = default; if (!Fill(ref r)) return; req* p = &r; kfree(p->buf);")]
    [InlineData("req r = default; if (!Fill(ref r)) return; Action drop = () => kfree(r.buf); drop();")]
    [InlineData("pair p = default; if (!Fill(ref p.a)) return; if (!Fill(ref p.b)) { kfree(p.a.buf); return; } Submit(ref p.a); SubmitAt(&p.b);")]
    public Task What_a_callee_has_put_into_a_struct_goes_where_that_goes(string statements) =>
        Verify.CompleteAsync(Callees + "static void Test(req* to) { " + statements + " }");
}
