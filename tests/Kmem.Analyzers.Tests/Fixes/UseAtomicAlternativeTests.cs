using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

public class UseAtomicAlternativeTests
{
    [Theory]
    [InlineData("void* p = {|0:vmalloc(n)|}; vfree(p);", "void* p = kmalloc(n, gfp_t.GFP_ATOMIC); kfree(p);")]
    [InlineData("void* p = {|0:vzalloc(n)|}; Kernel.vfree(p);", "void* p = kzalloc(n, gfp_t.GFP_ATOMIC); Kernel.kfree(p);")]
    [InlineData("byte* p = (byte*){|0:Kernel.vmalloc(size: n)|}; p[0] = 1; vfree(p);", "byte* p = (byte*)Kernel.kmalloc(n, gfp_t.GFP_ATOMIC); p[0] = 1; kfree(p);")]
    [InlineData("byte* p = (byte*)Kernel.{|0:vmalloc(n)|}; if (p == null) return; vfree(p);", "byte* p = (byte*)Kernel.kmalloc(n, gfp_t.GFP_ATOMIC); if (p == null) return; kfree(p);")]
    [InlineData("void* p = null; if (n > 1) p = {|0:vmalloc(n)|}; else p = vmalloc(1); vfree(p);", "void* p = null; if (n > 1) p = kmalloc(n, gfp_t.GFP_ATOMIC); else p = kmalloc(1, gfp_t.GFP_ATOMIC); kfree(p);")]
    [InlineData("_ = {|0:vmalloc(n)|};", "_ = kmalloc(n, gfp_t.GFP_ATOMIC);")]
    [InlineData("{|0:vmalloc(n)|};", "kmalloc(n, gfp_t.GFP_ATOMIC);")]
    [InlineData("buffer = {|0:vmalloc(n)|}; Use(buffer); vfree(buffer);", "buffer = kmalloc(n, gfp_t.GFP_ATOMIC); Use(buffer); kfree(buffer);")]
    [InlineData("c.buffer = {|0:vmalloc(n)|}; vfree(c.buffer);", "c.buffer = kmalloc(n, gfp_t.GFP_ATOMIC); kfree(c.buffer);")]
    [InlineData("{|0:vfree(raw)|};", "vfree_atomic(raw);")]
    [InlineData("{|0:vfree(/* all */ raw)|}; // gone", "vfree_atomic(/* all */ raw); // gone")]
    [InlineData("{|0:msleep(10)|};", "udelay(10 * 1000);")]
    [InlineData("{|0:msleep(ms)|};", "udelay(ms * 1000);")]
    [InlineData("{|0:msleep(msecs: ms + 1)|};", "udelay((ms + 1) * 1000);")]
    [InlineData("{|0:msleep(small)|};", "udelay(small * 1000u);")]
    [InlineData("{|0:msleep((uint)n)|};", "udelay((uint)n * 1000);")]
    [InlineData("void* a = {|0:kmap(page)|}; Use(a); kunmap(page);", "void* a = kmap_atomic(page, km_type.KM_USER0); Use(a); kunmap_atomic(a, km_type.KM_USER0);")]
    [InlineData("byte* a; a = (byte*)kmap(page); if (n == 1) { kunmap(page); return; } {|0:kunmap(page)|};", "byte* a; a = (byte*)kmap_atomic(page, km_type.KM_USER0); if (n == 1) { kunmap_atomic(a, km_type.KM_USER0); return; } kunmap_atomic(a, km_type.KM_USER0);")]
    public async Task A_call_that_sleeps_becomes_its_alternative(string before, string after) =>
        await Case(before).FixesToAsync(Method(after));

    [Theory]
    [InlineData("raw = {|0:vmalloc(n)|};")] // its owner gives it to vfree
    [InlineData("void* p = {|0:vmalloc(n)|}; other = p;")] // kept elsewhere
    [InlineData("void* p = {|0:vmalloc(n)|}; System.Action a = () => vfree(p);")]
    [InlineData("void* p = null; System.Action a = () => { p = {|0:vmalloc(n)|}; }; vfree(p);")]
    [InlineData("void* p = null; System.Action a = () => { p = {|0:kmap(page)|}; kunmap(page); }; Use(p);")]
    [InlineData("void* p = {|0:vmalloc(n)|}; vfree(p); p = raw; vfree(p);")] // other memory too
    [InlineData("Use({|0:vmalloc(n)|});")]
    [InlineData("void* p = {|0:vmalloc(1 << 20)|}; vfree(p);")] // more than kmalloc ever has
    [InlineData("other = {|0:vmalloc(n)|}; vfree(other);")] // also released by another method
    [InlineData("void* a = {|0:kmap(page)|};")] // unmapped elsewhere
    [InlineData("buffer = {|0:kmap(page)|}; kunmap(page);")] // the address is not in a local
    [InlineData("Use({|0:kmap(page)|}); kunmap(page);")]
    [InlineData("void* a = {|0:kmap(page)|}; a = null; kunmap(page);")]
    [InlineData("{ void* a = {|0:kmap(page)|}; } kunmap(page);")]
    [InlineData("void* a = {|0:kmap(page)|}; schedule(); kunmap(page);")] // would sleep in the new section
    [InlineData("{|0:schedule()|};")]
    [InlineData("System.Threading.Thread.{|0:Sleep(1)|};")]
    [InlineData("{|0:C.vfree(raw)|};")] // not the kernel's: no alternative beside it
    public async Task Nothing_is_offered_where_it_could_not_be_right(string body) => await Case(body).OffersNothingAsync();

    [Fact]
    public async Task Nothing_is_offered_for_a_word_that_is_no_call() => await new FixCase<SleepingCallCodeFixProvider>("""
        class C
        {
            async System.Threading.Tasks.Task M() => {|0:await|} System.Threading.Tasks.Task.Yield();
        }
        """)
        .Report("0")
        .OffersNothingAsync();

    [Fact]
    public async Task Returned_memory_keeps_its_family() => await new FixCase<SleepingCallCodeFixProvider>(Method("", "void* Get(nuint n) { void* p = {|0:vmalloc(n)|}; return p; }"))
        .Report("0", (DiagnosticProperties.Callee, "M:Kmem.Kernel.vmalloc(System.UIntPtr)"))
        .OffersNothingAsync();

    [Fact]
    public async Task All_in_a_document_are_fixed_at_once()
    {
        static string Code(string a, string b, string c, string d) => Method($$"""
            void* p = {{a}};
                    Use(p);
            #if DEBUG
                    {{b}}; // long
            #endif
                    {{c}};
                    /* raw */ {{d}};
            """);
        await new FixCase<SleepingCallCodeFixProvider>(Code("{|a:vmalloc(n)|}", "{|b:msleep(5)|}", "{|c:vfree(p)|}", "{|d:vfree(raw)|}").Replace("#if DEBUG", "#if !DEBUG"))
            .Report("d", (DiagnosticProperties.Callee, "M:Kmem.Kernel.vfree(System.Void*)"))
            .Report("c", (DiagnosticProperties.Callee, "M:Kmem.Kernel.vfree(System.Void*)"))
            .Report("b", (DiagnosticProperties.Callee, "M:Kmem.Kernel.msleep(System.UInt32)"))
            .Report("a", (DiagnosticProperties.Callee, "M:Kmem.Kernel.vmalloc(System.UIntPtr)"))
            .FixesToAsync(Code("kmalloc(n, gfp_t.GFP_ATOMIC)", "udelay(5 * 1000)", "kfree(p)", "vfree_atomic(raw)").Replace("#if DEBUG", "#if !DEBUG"));
    }

    [Fact]
    public async Task In_a_per_cpu_section_too() => await new FixCase<SleepInPerCpuSectionCodeFixProvider>(Method("{|0:msleep(1)|};"))
        .Report("0", (DiagnosticProperties.Callee, "M:Kmem.Kernel.msleep(System.UInt32)"))
        .FixesToAsync(Method("udelay(1 * 1000);"));

    private static FixCase<SleepingCallCodeFixProvider> Case(string body) =>
        new FixCase<SleepingCallCodeFixProvider>(Method(body)).Report("0", (DiagnosticProperties.Callee, "M:Kmem.Kernel.f"));

    private static string Method(string body, string member = "") => $$"""
        using Kmem;
        using static Kmem.Kernel;
        unsafe class C
        {
            void* buffer, other;

            static void Use(void* p) { }
            static void vfree(void* p) { }
            void Drop() => Kernel.vfree(other);
            {{member}}
            void M(nuint n, uint ms, ushort small, void* raw, page* page, C c)
            {
                {{body}}
            }
        }
        """.Replace("static void vfree(void* p) { }", member.Length == 0 && body.Contains("C.vfree") ? "static void vfree(void* p) { }" : "");
}
