using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>Per-CPU sections, locks that callers hold, mappings and sizes of pages, as drivers get them wrong.</summary>
public class SectionPatternTests
{
    [Fact]
    public Task Per_CPU_sections_with_sleepers() => Verify.MembersAsync("""
        static readonly PerCpu<int> s_a = DEFINE_PER_CPU<int>("a"); static readonly PerCpu<long> s_b = DEFINE_PER_CPU<long>("b");
        static void Log() => mutex_lock(m);
        void A(int n) { ref int a = ref get_cpu_var(s_a); if (n > a) { {|KMEM1003:Log()|}; put_cpu_var(s_a); return; } a = n; put_cpu_var(s_a); }
        void B(int* p) { int* c = get_cpu_ptr(p); for (int i = 0; i < 4; i++) { *c += i; if (*c > 3) break; {|KMEM1003:cond_resched()|}; } put_cpu_ptr(p); }
        void C(device dev) { int cpu = get_cpu(); dev.buf = (byte*)kmalloc((nuint)cpu, {|KMEM1003:GFP_KERNEL|}); put_cpu(); }
        void D() { ref int a = ref get_cpu_var(s_a); ref long b = ref get_cpu_var(s_b); b += a; put_cpu_var(s_b); {|KMEM1003:msleep(1)|}; put_cpu_var(s_a); msleep(2); }
        int E(bool c) { int cpu = get_cpu(); try { if (c) return cpu; {|KMEM1003:schedule()|}; return -1; } finally { put_cpu(); } }
        void F() { int cpu = get_cpu(); spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); {|KMEM1003:msleep((uint)cpu)|}; put_cpu(); }
        void G(int n) { if (n > 3) get_cpu(); {|KMEM1003:msleep(1)|}; if (n > 3) put_cpu(); }
        static int Begin() => get_cpu(); static void End() => put_cpu();
        void H() { int cpu = Begin(); {|KMEM1003:msleep((uint)cpu)|}; End(); msleep(1); }
        """);

    [Fact]
    public Task Stale_per_CPU_data() => Verify.MembersAsync("""
        static readonly PerCpu<int> s_a = DEFINE_PER_CPU<int>("a"); struct pair { public int x, y; } static readonly PerCpu<pair> s_p = DEFINE_PER_CPU<pair>("p");
        int A(bool c) { ref int a = ref get_cpu_var(s_a); if (c) { put_cpu_var(s_a); return {|KMEM1007:a|}; } int v = a; put_cpu_var(s_a); return v; }
        void B(int* p) { int* c = get_cpu_ptr(p); *c = 1; put_cpu_ptr(p); *{|KMEM1007:c|} = 2; }
        void C(int n) { ref pair q = ref get_cpu_var(s_p); for (int i = 0; i < n; i++) { q.x++; if (i == 3) { put_cpu_var(s_p); {|KMEM1007:q.y|} = 1; return; } } put_cpu_var(s_p); }
        void D() { ref int a = ref get_cpu_var(s_a); ref int alias = ref a; put_cpu_var(s_a); {|KMEM1007:alias|}++; }
        static void Use(int* p) => *p = 3;
        void E(int* p) { int* c = get_cpu_ptr(p); put_cpu_ptr(p); Use({|KMEM1007:c|}); }
        """);

    [Fact]
    public Task Processor_ids() => Verify.MembersAsync("""
        int A() { int cpu = {|KMEM1008:smp_processor_id()|}; preempt_disable(); cpu = smp_processor_id(); preempt_enable(); return cpu; }
        int B(bool c) { if (c) preempt_disable(); int cpu = {|KMEM1008:smp_processor_id()|}; if (c) preempt_enable(); return cpu; }
        [ProcessContext] int C() => {|KMEM1008:smp_processor_id()|};
        int D() { spin_lock(ref lk); spin_unlock(ref lk); return {|KMEM1008:smp_processor_id()|}; }
        [AtomicContext] int E() => smp_processor_id(); [HoldsSpinlock] int F() => smp_processor_id();
        void G(work_struct w) => INIT_WORK(w, _ => printk("" + {|KMEM1008:smp_processor_id()|}));
        void H(timer_list t) => timer_setup(t, _ => printk("" + smp_processor_id()));
        int I() { rcu_read_lock(); int c = smp_processor_id(); rcu_read_unlock(); return c; }
        static int[] s_count = new int[8]; public void J() { s_count[{|KMEM1008:smp_processor_id()|}]++; }
        int K() { local_irq_save(out nuint f); int c = smp_processor_id(); local_irq_restore(f); return c; }
        """);

    [Fact]
    public Task Locks_that_must_be_held() => Verify.MembersAsync("""
        [HoldsSpinlock("d.lk")] static void Insert(device d, ring* r) { r->next = d.ring; d.ring = r; } [HoldsSpinlock("r.lk")] static void Bump(ring* r) => r->head++;
        void A(device d, ring* r) { if (r->head > 0) {|KMEM1009:Insert(d, r)|}; spin_lock(ref d.lk); Insert(d, r); spin_unlock(ref d.lk); {|KMEM1009:Insert(d, r)|}; }
        void B(device a, device b, ring* r) { spin_lock(ref a.lk); {|KMEM1009:Insert(b, r)|}; spin_unlock(ref a.lk); }
        void C(device d) { for (ring* r = d.ring; r != null; r = r->next) { spin_lock(ref r->lk); Bump(r); spin_unlock(ref r->lk); } }
        void D(device d) { if (!spin_trylock(ref d.lk)) { {|KMEM1009:Insert(d, d.ring)|}; return; } Insert(d, d.ring); spin_unlock(ref d.lk); }
        void E(device d) { try { spin_lock(ref d.lk); Insert(d, null); } finally { spin_unlock(ref d.lk); } {|KMEM1009:Bump(d.ring)|}; }
        [HoldsSpinlock("d.lk")] void F(device d) { Insert(d, null); spin_unlock(ref d.lk); {|KMEM1009:Insert(d, null)|}; spin_lock(ref d.lk); Insert(d, null); }
        void G(device d) { Lock(d); Insert(d, null); Unlock(d); {|KMEM1009:Insert(d, null)|}; static void Lock(device x) => spin_lock(ref x.lk); static void Unlock(device x) => spin_unlock(ref x.lk); }
        abstract class Ops { [HoldsSpinlock("d.lk")] public abstract void Run(device d); } void H(Ops o, device d) { {|KMEM1009:o.Run(d)|}; }
        """);

    [Fact]
    public Task Needlessly_atomic() => Verify.MembersAsync("""
        [ProcessContext] void* A(nuint n) { void* p = kmalloc(n, {|KMEM1012:GFP_ATOMIC|}); return p; }
        void* B(device d) { mutex_lock(d.m); void* p = kzalloc(8, {|KMEM1012:GFP_ATOMIC|}); mutex_unlock(d.m); return p; }
        int C(byte* user) { byte b; if (copy_from_user(&b, user, 1) != 0) return -EFAULT; void* p = kmalloc(b, {|KMEM1012:GFP_ATOMIC|}); kfree(p); return 0; }
        void D(device d) { msleep(1); spin_lock(ref d.lk); void* p = kmalloc(8, GFP_ATOMIC); spin_unlock(ref d.lk); kfree(p); void* q = kmalloc(8, {|KMEM1012:GFP_ATOMIC|}); kfree(q); }
        static void* Get(gfp_t f) => kmalloc(8, f); [ProcessContext] void E() { kfree(Get({|KMEM1012:GFP_ATOMIC|})); }
        void F(work_struct w) => INIT_WORK(w, G); void G(work_struct w) { spin_lock(ref lk); void* p = kmalloc(8, GFP_ATOMIC); spin_unlock(ref lk); kfree(p); nuint q = __get_free_page({|KMEM1012:GFP_ATOMIC|}); free_page(q); }
        [ProcessContext] void H() { gfp_t f = GFP_ATOMIC; kfree(kmalloc(8, {|KMEM1012:f|})); }
        [ProcessContext] void J(bool c) { gfp_t f = c ? GFP_ATOMIC : GFP_KERNEL; kfree(kmalloc(8, f)); kfree(kmalloc(8, c ? GFP_ATOMIC : GFP_KERNEL)); }
        [ProcessContext] void I(int n) { for (int i = 0; i < n; i++) { rcu_read_lock(); rcu_read_unlock(); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC | __GFP_NOWARN|})); } }
        """);

    [Fact]
    public Task Mappings() => Verify.CompleteAsync("""
        int A(page** pages, int n, byte* to) { for (int i = 0; i < n; i++) { byte* a = (byte*)kmap(pages[i]); if (a[0] == 0) {|KMEM2010:return|} -EIO; memcpy(to, a, 4096); kunmap(pages[i]); } return 0; }
        int B(page* p) { byte* a = (byte*)kmap(p); int r = a[0]; if (r == 1) { kunmap(p); return r; } if (r == 2) {|KMEM2010:return|} r; kunmap(p); return 0; }
        int C(page* p, page* q) { void* a = kmap(p); void* b = kmap(q); memcpy(a, b, 8); kunmap(q); kunmap(p); {|KMEM2010:kunmap(q)|}; return 0; }
        void D(page* p, bool c) { kmap(p); if (c) goto done; kunmap(p); done: printk("x"); {|KMEM2010:}|}
        int E(page* p) { byte* a = (byte*)kmap(p); try { if (a[0] == 1) return 1; return 0; } finally { kunmap(p); } }
        int F(page* p, byte* user) { void* a = kmap(p); nuint left = copy_to_user(user, a, 4096); kunmap(p); return left == 0 ? 0 : -EFAULT; }
        void G(page* p) { void* a = kmap_atomic(p, km_type.KM_USER0); memset(a, 0, 8); kunmap_atomic(a, km_type.KM_USER0); }
        """);

    [Fact]
    public Task Resized_in_place() => Verify.MembersAsync("""
        int A(device d, nuint n) { if (n > 8) {|KMEM2009:d.buf = (byte*)krealloc(d.buf, n, GFP_KERNEL)|}; return d.buf == null ? -ENOMEM : 0; }
        int B(ring* r, nuint n) { {|KMEM2009:r->buf = (byte*)krealloc(r->buf, n, GFP_ATOMIC)|}; if (r->buf == null) return -ENOMEM; return 0; }
        byte* _buf; int D(nuint n) { {|KMEM2009:_buf = (byte*)krealloc(_buf, n, GFP_KERNEL)|}; return _buf != null ? 0 : -ENOMEM; }
        static byte* s_buf; static int E(nuint n) { if (({|KMEM2009:s_buf = (byte*)krealloc(s_buf, n, GFP_KERNEL)|}) == null) return -ENOMEM; return 0; }
        """);

    [Fact]
    public Task Pages_of_other_orders() => Verify.CompleteAsync("""
        sealed class Ring { public nuint Base; public uint Order; public page* Pages; }
        int A(Ring r) { r.Base = __get_free_pages(GFP_KERNEL, 2); if (r.Base == 0) return -ENOMEM; r.Pages = alloc_pages(GFP_KERNEL, 1); if (r.Pages == null) { free_pages(r.Base, {|KMEM2007:1|}); r.Base = 0; return -ENOMEM; } return 0; }
        static void Drop(nuint p, uint order) => free_pages(p, order);
        int B() { nuint p = __get_free_pages(GFP_KERNEL, 3); if (p == 0) return -ENOMEM; Drop({|KMEM2007:p|}, 2); return 0; }
        int D(bool big) { uint order = big ? 4u : 0u; nuint p = __get_free_pages(GFP_KERNEL, order); if (p == 0) return -ENOMEM; if (big) free_page({|KMEM2007:p|}); else free_page(p); return 0; }
        """);
}
