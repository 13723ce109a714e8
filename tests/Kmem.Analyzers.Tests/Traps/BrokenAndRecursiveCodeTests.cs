using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Traps;

/// <summary>For each rule, its defect beside names that do not exist, types that are missing and syntax that is wrong; and in methods that call themselves.</summary>
public class BrokenAndRecursiveCodeTests
{
    public static TheoryData<string, string> Defects { get; } = new()
    {
        {
            "KMEM1001", """
            void A() { spin_lock(ref lk); kfree(kmalloc(8, {|KMEM1001:GFP_KERNEL|})); {|CS0103:missing|}(); spin_unlock(ref lk); }
            void B({|CS0246:Mystery|} x) { spin_lock(ref lk); x.y = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); }
            void C(int n) { spin_lock(ref lk); void* p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}{|CS1026:;|} spin_unlock(ref lk); kfree(p); if (n > 0) C(n - 1); }
            """
        },
        {
            "KMEM1002", """
            void A() { spin_lock(ref lk); {|CS0103:missing|}(); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); }
            void B(int n) { if (n > 0) B(n - 1); spin_lock(ref lk); {|KMEM1002:Down(n)|}; spin_unlock(ref lk); } void Down(int n) { if (n > 0) Down(n - 1); msleep(1); {|CS0103:missing|} = 1; }
            """
        },
        {
            "KMEM1003", """
            void A() { int cpu = get_cpu(); {|CS0103:missing|}.Call(cpu); {|KMEM1003:msleep(1)|}; put_cpu(); }
            void B(int n) { int cpu = get_cpu(); if (n > 0) {|KMEM1003:Sleepy(n)|}; put_cpu(); } void Sleepy(int n) { if (n > 0) Sleepy(n - 1); msleep(1); }
            """
        },
        {
            "KMEM1005", """
            void A() { spin_lock(ref lk); {|CS0103:missing|}(); spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|}; }
            void B(int n) { spin_lock(ref lk); spin_unlock(ref lk); {|KMEM1005:Drop(n)|}; } void Drop(int n) { if (n > 0) Drop(n - 1); else spin_unlock(ref lk); }
            """
        },
        {
            "KMEM1006", """
            void A() { spin_lock(ref lk); {|KMEM1006:spin_lock(ref lk)|}; {|CS0103:missing|}(); spin_unlock(ref lk); spin_unlock(ref lk); }
            void B(int n) { spin_lock(ref lk); {|KMEM1006:B(n - 1)|}; spin_unlock(ref lk); }
            """
        },
        {
            "KMEM1007", """
            static readonly PerCpu<int> s_count = DEFINE_PER_CPU<int>("count");
            void A() { ref int c = ref get_cpu_var(s_count); c++; put_cpu_var(s_count); {|CS0103:missing|}(); {|KMEM1007:c|} = 3; }
            void B(int n) { ref int c = ref get_cpu_var(s_count); put_cpu_var(s_count); if (n > 0) B(n - 1); {|KMEM1007:c|} = n; }
            """
        },
        {
            "KMEM1008", """
            int A() { {|CS0103:missing|}(); return {|KMEM1008:smp_processor_id()|}; }
            public int B(int n) => n > 0 ? B(n - 1) : {|KMEM1008:smp_processor_id()|};
            """
        },
        {
            "KMEM1009", """
            [HoldsSpinlock("lk")] static void Own() { }
            void A() { {|KMEM1009:Own()|}; {|CS0103:missing|}(); }
            void B(int n) { if (n > 0) B(n - 1); {|KMEM1009:Own()|}; }
            """
        },
        {
            "KMEM1010", """
            [NeverSleeps] void A() { {|CS0103:missing|}(); {|KMEM1010:msleep(1)|}; }
            [NeverSleeps] void B({|CS0246:Mystery|} x) { {|KMEM1010:mutex_lock(m)|}; }
            """
        },
        {
            "KMEM1012", """
            [ProcessContext] void A() { {|CS0103:missing|}(); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }
            [ProcessContext] void B(int n) { if (n > 0) B(n - 1); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }
            """
        },
        {
            "KMEM1013", """
            readonly spinlock_t {|KMEM1013:own|} = {|CS0103:missing|};
            void A(device d) { var l = {|KMEM1013:d.lk|}; {|CS0103:missing|}(); spin_lock(ref l); spin_unlock(ref l); }
            void B(spinlock_t {|KMEM1013:l|}, int n) { spin_lock(ref l); spin_unlock(ref l); if (n > 0) B(l, n - 1); }
            """
        },
        {
            "KMEM2001", """
            void A() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); {|CS0103:missing|}(); *{|KMEM2001:p|} = 1; kfree(p); }
            void B({|CS0246:Mystery|} x) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); x.Use(1); {|KMEM2001:p|}[0] = 1; kfree(p); }
            """
        },
        {
            "KMEM2002", """
            void A() { void* p = vmalloc(8); {|CS0103:missing|}(); kfree({|KMEM2002:p|}); }
            void B(int n) { void* p = vmalloc(8); if (n > 0) B(n - 1); kfree({|KMEM2002:p|}); }
            static void Free(void* p, int n) { if (n > 0) Free(p, n - 1); else kfree(p); }
            void C() { void* p = vmalloc(8); Free({|KMEM2002:p|}, 3); }
            """
        },
        {
            "KMEM2004", """
            void A() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); {|CS0103:missing|}(); *{|KMEM2004:p|} = 1; }
            """
        },
        {
            "KMEM2005", """
            int A(int n) { void* p = kmalloc(8, GFP_KERNEL); {|CS0103:missing|}(); if (n > 3) {|KMEM2005:return|} n; kfree(p); return 0; }
            int B({|CS0246:Mystery|} x, int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 3) {|KMEM2005:return|} x.y; kfree(p); return 0; }
            """
        },
        {
            "KMEM2006", """
            void A() { int x = 0; {|CS0103:missing|}(); kfree({|KMEM2006:&x|}); }
            void B(int n) { if (n > 0) B(n - 1); kfree({|KMEM2006:&n|}); }
            """
        },
        {
            "KMEM2007", """
            void A() { page* p = alloc_pages(GFP_KERNEL, 2); if (p == null) return; {|CS0103:missing|}(); __free_pages(p, {|KMEM2007:1|}); }
            void B(int n) { page* p = alloc_pages(GFP_KERNEL, 2); if (p == null) return; if (n > 0) B(n - 1); __free_pages(p, {|KMEM2007:1|}); }
            """
        },
        {
            "KMEM2008", """
            void A(kmem_cache a, kmem_cache b) { void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p == null) return; {|CS0103:missing|}(); kmem_cache_free({|KMEM2008:b|}, p); }
            void B(kmem_cache a, kmem_cache b, int n) { void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p == null) return; if (n > 0) B(a, b, n - 1); kmem_cache_free({|KMEM2008:b|}, p); }
            """
        },
        {
            "KMEM2009", """
            void A() { void* p = kmalloc(8, GFP_KERNEL); {|CS0103:missing|}(); {|KMEM2009:p = krealloc(p, 16, GFP_KERNEL)|}; kfree(p); }
            void B(int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 0) B(n - 1); {|KMEM2009:p = krealloc(p, 16, GFP_KERNEL)|}; kfree(p); }
            """
        },
        {
            "KMEM2010", """
            void A(page* p, bool c) { kmap(p); {|CS0103:missing|}(); if (c) {|KMEM2010:return|}; kunmap(p); }
            void B(page* p, int n) { if (n > 0) B(p, n - 1); kmap(p); if (n == 1) {|KMEM2010:return|}; kunmap(p); }
            """
        },
        {
            "KMEM2011", """
            void A(device d) { {|CS0103:missing|}(); {|KMEM2011:if (d.buf != null)|} kfree(d.buf); }
            void B(device d, int n) { if (n > 0) B(d, n - 1); byte* p = (byte*)kmalloc(8, GFP_KERNEL); {|KMEM2011:if (p != null)|} kfree(p); }
            """
        },
        {
            "KMEM2013", """
            sealed class Box : IDisposable { private nint {|KMEM2013:_p|} = Marshal.AllocHGlobal(8); {|CS0246:Mystery|} _m; public void Dispose() { {|CS0103:missing|}(); } }
            sealed class Tree : IDisposable { private readonly Tree? _left; private nint {|KMEM2013:_p|} = Marshal.AllocHGlobal(8); public Tree(int n) { if (n > 0) _left = new Tree(n - 1); } public void Dispose() => _left?.Dispose(); }
            """
        },
        {
            "KMEM3003, KMEM3004", """
            gfp_t A(int n) => n > 0 ? A(n - 1) : {|KMEM3003:__GFP_WAIT | __GFP_IO|};
            gfp_t B(int n) => n > 0 ? B(n - 1) : {|KMEM3004:(gfp_t)0x80000|};
            """
        },
        {
            "KMEM4002", """
            void A() { nuint p = __get_free_pages(GFP_KERNEL, {|KMEM4002:12|}); {|CS0103:missing|}(p); }
            page* B(int n) => n > 0 ? B(n - 1) : alloc_pages(GFP_KERNEL, {|KMEM4002:11|});
            """
        },
        {
            "KMEM4003", """
            void* A(nuint n, int depth) => depth > 0 ? A(n, depth - 1) : kmalloc({|KMEM4003:n * 8|}, GFP_KERNEL);
            """
        },
        {
            "KMEM4005", """
            ring* A() { {|CS0103:missing|}(); return (ring*)kmalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL); }
            ring* B(int n) => n > 0 ? B(n - 1) : (ring*)kmalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL);
            """
        },
        {
            "KMEM4006", """
            void A() { page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; {|CS0103:missing|}(); printk("" + (ulong)page_address({|KMEM4006:p|})); __free_page(p); }
            void B(int n) { page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; if (n > 0) B(n - 1); printk("" + (ulong)page_address({|KMEM4006:p|})); __free_page(p); }
            """
        },
        {
            "KMEM4007", """
            struct job { public int id; }
            void A(int n) { for (int i = 0; i < n; i++) { job* j = (job*){|KMEM4007:kmalloc((nuint)sizeof(job), GFP_KERNEL)|}; {|CS0103:missing|}(); kfree(j); } if (n > 0) A(n - 1); }
            """
        },
        {
            "KMEM4008", """
            void A() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; {|CS0103:missing|}(); copy_to_user(null, {|KMEM4008:p|}, 8); kfree(p); }
            void B(int n) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; if (n > 0) B(n - 1); copy_to_user(null, {|KMEM4008:p|}, 8); kfree(p); }
            """
        },
        {
            "KMEM4009", """
            void A(byte* from) { void* p = {|KMEM4009:kmalloc(8, GFP_KERNEL)|}; if (p == null) return; memcpy(p, from, 8); {|CS0103:missing|}(); kfree(p); }
            void B(byte* from, int n) { void* p = {|KMEM4009:kmalloc(8, GFP_KERNEL)|}; if (p == null) return; memcpy(p, from, 8); if (n > 0) B(from, n - 1); kfree(p); }
            """
        },
        {
            "KMEM5002", """
            void A(int n) { byte* p = {|KMEM5002:stackalloc byte[n]|}; if (n > 0) A(n - 1); p[0] = 1; }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public Task A_defect_in_broken_or_recursive_code_is_reported(string rules, string members)
    {
        Assert.All(rules.Split(", "), rule => Assert.Contains(rule, members, StringComparison.Ordinal));
        return Verify.RulesOfWholeBodies.Any(rule => rules.Contains(rule, StringComparison.Ordinal)) ? Verify.CompleteAsync(members) : Verify.MembersAsync(members);
    }
}
