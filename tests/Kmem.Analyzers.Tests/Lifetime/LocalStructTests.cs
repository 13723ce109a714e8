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
        ref struct span_t { public Span<byte> s; } void V() { span_t s = default; s.s = new Span<byte>(kmalloc(8, GFP_KERNEL), 8); s.s[0] = 1; }
        """);
}
