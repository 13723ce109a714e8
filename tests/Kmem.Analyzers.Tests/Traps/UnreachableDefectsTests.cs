using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Traps;

/// <summary>
/// One defect of each rule that follows paths, in places that no path comes to: behind an end, in branches that are never taken, and
/// under conditions that contradict what an earlier one said.
/// </summary>
public class UnreachableDefectsTests
{
    /// <summary>What stands around the defect, which is where <c>@</c> is.</summary>
    private static readonly string[] Unreachable =
    [
        "Die(); @",
        "BUG(); @",
        "Environment.FailFast(\"\"); @",
        "while (true) { } @",
        "if (false) { @ }",
        "const bool Debug = false; if (Debug) { @ }",
        "if (condition) { if (!condition) { @ } }",
        "if (o is null) { if (o is not null) { @ } }",
        "if (n > 3) { if (n < 2) { @ } }",
        "if (_ready) { printk(\"\"); if (!_ready) { @ } }",
        "BUG_ON(condition); if (condition) { @ }",
        "bool copy = condition; if (copy && !condition) { @ }",
        "bool both = condition && other; if (both) { if (!other) { @ } }",
        "int depth = 0; if (condition) depth++; if (depth > 0 && !condition) { @ }",
        "switch (n) { case 1: if (n != 1) { @ } break; }",
    ];

    /// <summary>A rule, the statements with the defect where <c>@</c> is, and the defect.</summary>
    public static TheoryData<string, string, string> Defects { get; } = new()
    {
        { "KMEM1001", "spin_lock(ref lk); @ spin_unlock(ref lk);", "kfree(kmalloc(8, {|KMEM1001:GFP_KERNEL|}));" },
        { "KMEM1002", "spin_lock(ref lk); @ spin_unlock(ref lk);", "{|KMEM1002:msleep(1)|};" },
        { "KMEM1003", "int cpu = get_cpu(); @ put_cpu();", "{|KMEM1003:msleep((uint)cpu)|};" },
        { "KMEM1004", "spin_lock(ref lk); @ spin_unlock(ref lk);", "if (other) {|KMEM1004:return|};" },
        { "KMEM1005", "spin_lock(ref lk); spin_unlock(ref lk); @", "{|KMEM1005:spin_unlock(ref lk)|};" },
        { "KMEM1006", "spin_lock(ref lk); @ spin_unlock(ref lk);", "{|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk);" },
        { "KMEM1007", "ref int c = ref get_cpu_var(s_count); c++; put_cpu_var(s_count); @", "{|KMEM1007:c|}++;" },
        { "KMEM1008", "@", "printk(\"\" + {|KMEM1008:smp_processor_id()|});" },
        { "KMEM1009", "@", "{|KMEM1009:Locked()|};" },
        { "KMEM1012", "msleep(1); @", "kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|}));" },
        { "KMEM2001", "byte* p = (byte*)kmalloc(8, GFP_KERNEL); @ kfree(p);", "*{|KMEM2001:p|} = 1;" },
        { "KMEM2002", "void* p = vmalloc(8); @ vfree(p);", "kfree({|KMEM2002:p|}); return;" },
        { "KMEM2003", "void* p = kmalloc(8, GFP_KERNEL); kfree(p); @", "kfree({|KMEM2003:p|});" },
        { "KMEM2004", "byte* p = (byte*)kzalloc(8, GFP_KERNEL | __GFP_NOFAIL); kfree(p); @", "*{|KMEM2004:p|} = 1;" },
        { "KMEM2005", "void* p = kmalloc(8, GFP_KERNEL); @ kfree(p);", "if (other) {|KMEM2005:return|};" },
        { "KMEM2006", "byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; @ kfree(p);", "kfree({|KMEM2006:p + 4|}); return;" },
        { "KMEM2007", "nuint p = __get_free_pages(GFP_KERNEL, 2); @ free_pages(p, 2);", "free_pages(p, {|KMEM2007:1|}); return;" },
        { "KMEM2008", "void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p == null) return; @ kmem_cache_free(a, p);", "kmem_cache_free({|KMEM2008:b|}, p); return;" },
        { "KMEM2009", "void* p = kmalloc(8, GFP_KERNEL); @ kfree(p);", "{|KMEM2009:p = krealloc(p, 16, GFP_KERNEL)|};" },
        { "KMEM2010", "kmap(page); @ kunmap(page);", "if (other) {|KMEM2010:return|};" },
        { "KMEM2011", "void* p = kmalloc(8, GFP_KERNEL); @ kfree(p);", "{|KMEM2011:if (p != null)|} kfree(p); return;" },
        { "KMEM3001", "@", "kfree(kmalloc(8, {|KMEM3001:flags | __GFP_DMA | __GFP_DMA32|}));" },
        { "KMEM3002", "uint saved = memalloc_noio_save(); @ memalloc_noio_restore(saved);", "kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}));" },
        { "KMEM4001", "@", "kfree(kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL));" },
        { "KMEM4002", "@", "page* q = alloc_pages(GFP_KERNEL, {|KMEM4002:12|}); if (q != null) put_page(q);" },
        { "KMEM4003", "@", "kfree(kmalloc({|KMEM4003:size * 8|}, GFP_KERNEL));" },
        { "KMEM4004", "@", "void* q = {|KMEM4004:kmalloc(8, GFP_KERNEL)|}; if (q == null) return; memset(q, 0, 8); kfree(q);" },
        { "KMEM4005", "@", "ring* q = (ring*)kmalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL); kfree(q);" },
        { "KMEM4006", "page* p = alloc_page(GFP_HIGHUSER | __GFP_NOFAIL); @ __free_page(p);", "printk(\"\" + (ulong)page_address({|KMEM4006:p|}));" },
        { "KMEM4007", "@", "while (other) { ring* q = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|}; kfree(q); }" },
        { "KMEM4008", "byte* p = (byte*)kmalloc(8, GFP_KERNEL | __GFP_NOFAIL); @ kfree(p);", "copy_to_user(null, {|KMEM4008:p|}, 8);" },
        { "KMEM4009", "@", "void* q = {|KMEM4009:kmalloc(8, GFP_KERNEL)|}; if (q == null) return; memcpy(q, dev.buf, 8); kfree(q);" },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public Task A_defect_that_no_path_comes_to_is_not_reported(string rule, string statements, string defect)
    {
        Assert.Contains(rule, defect, StringComparison.Ordinal);
        string unmarked = defect.Replace("{|" + rule + ":", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);
        string reachable = Method("Reachable", statements.Replace("@", defect, StringComparison.Ordinal));
        var silent = Unreachable.Select((place, i) => Method("Unreachable" + i, statements.Replace("@", place.Replace("@", unmarked, StringComparison.Ordinal), StringComparison.Ordinal)));
        return Verify.CompleteAsync(Members + reachable + string.Concat(silent));
    }

    private static string Method(string name, string statements) =>
        $"void {name}(device dev, bool condition, bool other, int n, nuint size, gfp_t flags, object? o, page* page, kmem_cache a, kmem_cache b)\n{{\n{statements}\n}}\n";

    private const string Members = """
        #pragma warning disable CS0162
        readonly bool _ready;
        static readonly PerCpu<int> s_count = DEFINE_PER_CPU<int>("c");
        [HoldsSpinlock("lk")] static void Locked() { }
        [DoesNotReturn] static void Die() => throw new Exception();

        """;
}
