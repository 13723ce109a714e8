using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Flags;

/// <summary>KMEM3002.</summary>
public class FlagContextTests
{
    [Theory]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:GFP_NOFS|}));")]
    [InlineData("kfree(kzalloc(8, {|KMEM3002:GFP_DMA | GFP_USER|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:__GFP_WAIT | __GFP_IO|}));")]
    [InlineData("var f = condition ? GFP_NOIO : GFP_KERNEL; kfree(kmalloc(8, {|KMEM3002:f|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:flags | __GFP_IO|}));")]
    [InlineData("var p = alloc_pages({|KMEM3002:GFP_HIGHUSER|}, 0); if (p != null) __free_page(p);")]
    [InlineData("for (int i = 0; i < n; i++) kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}));")]
    [InlineData("dev.flags = GFP_KERNEL; kfree(kmalloc(8, {|KMEM3002:dev.flags|}));")]
    [InlineData("kfree(Get(8, {|KMEM3002:GFP_KERNEL|}));")]
    public Task Io_in_the_code_of_io_is_found(string statements) => InAsync("NoIoContext", statements);

    [Theory]
    [InlineData("kfree(kmalloc(8, GFP_NOIO));")]
    [InlineData("kfree(kmalloc(8, GFP_ATOMIC));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL & ~(__GFP_IO | __GFP_FS)));")]
    [InlineData("kfree(kmalloc(8, flags));")]
    [InlineData("kfree(kmalloc(8, condition ? GFP_NOIO : GFP_ATOMIC));")]
    [InlineData("var f = condition ? GFP_NOIO : GFP_KERNEL; if (condition) kfree(kmalloc(8, f));")]
    [InlineData("kfree(Get(8, GFP_NOIO));")]
    [InlineData("_ = GFP_KERNEL;")]
    public Task Allocations_without_io_are_not(string statements) => InAsync("NoIoContext", statements);

    [Theory]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3002:GFP_USER|}));")]
    [InlineData("kfree(kmalloc(8, GFP_NOFS));")]
    [InlineData("kfree(kmalloc(8, GFP_NOIO | __GFP_NOWARN));")]
    public Task A_file_system_may_do_io_but_not_call_itself(string statements) => InAsync("NoFsContext", statements);

    [Theory]
    [InlineData("GFP_KERNEL", "start block I/O", "uint saved = memalloc_noio_save(); kfree(kmalloc(8, {|#0:GFP_KERNEL|})); memalloc_noio_restore(saved);")]
    [InlineData("GFP_NOFS", "start block I/O", "uint saved = memalloc_noio_save(); kfree(kmalloc(8, {|#0:GFP_NOFS|})); memalloc_noio_restore(saved);")]
    [InlineData("GFP_USER", "call into a file system", "uint saved = memalloc_nofs_save(); if (condition) kfree(kmalloc(8, {|#0:GFP_USER|})); memalloc_nofs_restore(saved);")]
    public Task Behind_a_save_it_is_a_suggestion(string flags, string effect, string statements) => Verify.StatementsAsync(
        statements,
        Verify.Report("KMEM3002").WithLocation(0).WithSeverity(DiagnosticSeverity.Info)
            .WithMessage($"Flags '{flags}' let the allocator {effect}, which this thread has switched off"));

    [Fact]
    public Task Behind_a_save_it_is_a_suggestion_where_it_would_be_forbidden_too() => Verify.MembersAsync(
        "[NoIoContext] void Test() { uint saved = memalloc_noio_save(); kfree(kmalloc(8, {|#0:GFP_KERNEL|})); memalloc_noio_restore(saved); kfree(kmalloc(8, {|#1:GFP_KERNEL|})); }",
        Verify.Report("KMEM3002").WithLocation(0).WithSeverity(DiagnosticSeverity.Info).WithMessage("Flags 'GFP_KERNEL' let the allocator start block I/O, which this thread has switched off"),
        Verify.Report("KMEM3002").WithLocation(1).WithMessage("Flags 'GFP_KERNEL' let the allocator start block I/O, which this code must not ([NoIoContext])"));

    [Theory]
    [InlineData("uint saved = memalloc_noio_save(); kfree(kmalloc(8, GFP_NOIO)); memalloc_noio_restore(saved);")]
    [InlineData("uint saved = memalloc_noio_save(); memalloc_noio_restore(saved); kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("uint saved = memalloc_nofs_save(); kfree(kmalloc(8, GFP_NOFS)); memalloc_nofs_restore(saved);")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL)); uint saved = memalloc_noio_save(); memalloc_noio_restore(saved);")]
    [InlineData("uint saved = 0; if (condition) saved = memalloc_noio_save(); if (!condition) kfree(kmalloc(8, GFP_KERNEL)); if (condition) memalloc_noio_restore(saved);")]
    public Task In_front_of_a_save_and_behind_its_end_nothing_is_said(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task The_contract_of_a_type_or_of_an_overridden_member_counts() => Verify.MembersAsync("""
        [NoFsContext] unsafe class Inode { public void Write() => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); }
        abstract class Queue { [NoIoContext] public abstract void Submit(); }
        unsafe class Disk : Queue { public override void Submit() => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); }
        """);

    [Fact]
    public Task Under_a_lock_the_same_flags_are_reported_once() => InAsync(
        "NoIoContext", "spin_lock(ref lk); void* p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p);");

    [Fact]
    public Task Recursion_and_broken_code_are_analysed() => InAsync(
        "NoIoContext", "if (n > 0) Test(dev, condition, n - 1, flags); kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); {|CS0103:missing|}(GFP_KERNEL);");

    [Theory]
    [InlineData("Grow", "static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("Grow", "static void Grow() { for (int i = 0; i < 3; i++) { var p = alloc_pages(GFP_HIGHUSER, 0); if (p != null) __free_page(p); } }")]
    [InlineData("Grow", "static void Grow() => Inner(); internal static void Inner() { if (Condition()) return; kfree(kzalloc(8, GFP_KERNEL)); }")]
    [InlineData("Grow", "static void Grow() => kfree(Get(8, GFP_KERNEL));")]
    [InlineData("Grow", "static void Grow() { gfp_t f = GFP_KERNEL; f |= __GFP_ZERO; kfree(kmalloc(8, f)); }")]
    [InlineData("Grow", "static void Grow() { try { kfree(kmalloc(8, GFP_USER)); } finally { printk(\"\"); } }")]
    [InlineData("new Grow", "class Grow { public readonly nint P; public Grow() => P = (nint)kmalloc(8, GFP_KERNEL); }")]
    [InlineData("Grow", "static int Grow() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; if (Condition()) throw new Exception(); kfree(p); return 0; }")]
    [InlineData("Grow", "static void Grow(int depth = 3) { if (depth > 0) Grow(depth - 1); kfree(kmalloc(8, GFP_KERNEL)); }")]
    public Task What_a_callee_allocates_is_found_where_it_is_called(string call, string callee) => InAsync(
        "NoIoContext", "if (condition) {|KMEM3002:" + call + "()|};", callee);

    [Theory]
    [InlineData("Grow();", "static void Grow() => kfree(kmalloc(8, GFP_NOIO));")]
    [InlineData("Grow();", "[NoIoContext] static void Grow() => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}));")]
    [InlineData("Grow();", "static void Grow() { uint saved = memalloc_noio_save(); kfree(kmalloc(8, GFP_NOIO)); Inner(); memalloc_noio_restore(saved); } static void Inner() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("uint saved = memalloc_noio_save(); Grow(); memalloc_noio_restore(saved);", "static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("uint saved = Begin(); Grow(); memalloc_noio_restore(saved);", "static uint Begin() => memalloc_noio_save(); static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("using (new Scope(0)) { Balanced(); Grow(); }", "ref struct Scope { readonly uint _saved; public Scope(int n) => _saved = memalloc_noio_save(); public void Dispose() => memalloc_noio_restore(_saved); } static void Balanced() { uint saved = memalloc_noio_save(); memalloc_noio_restore(saved); } static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("Grow(true);", "static void Grow(bool limited) => kfree(kmalloc(8, limited ? GFP_NOIO : GFP_KERNEL));")]
    [InlineData("if (condition) Grow(condition);", "static void Grow(bool limited) { gfp_t f = GFP_KERNEL; if (limited) f = GFP_NOIO; kfree(kmalloc(8, f)); }")]
    [InlineData("Grow(GFP_NOIO);", "static void Grow(gfp_t f) => kfree(kmalloc(8, f));")]
    [InlineData("_ = Grow();", "static async Task Grow() { {|CS4004:await Task.Yield()|}; kfree(kmalloc(8, GFP_KERNEL)); }")]
    [InlineData("_ = Grow();", "static IEnumerable<int> Grow() { Fill(); yield return 1; } static void Fill() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("Action later = Grow; Work.Later = later;", "static void Grow() => kfree(kmalloc(8, GFP_KERNEL)); static class Work { public static Action? Later; }")]
    [InlineData("if (n == 5 && n == 6) Grow();", "static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("spin_lock(ref lk); {|KMEM1002:Grow()|}; spin_unlock(ref lk);", "static void Grow() => kfree(kmalloc(8, GFP_KERNEL));")]
    public Task What_a_callee_allocates_otherwise_is_not(string statements, string callee) => InAsync("NoIoContext", statements, callee);

    [Fact]
    public Task Callers_outside_of_the_context_may_do_io() => InAsync(
        "NoFsContext", "Grow();", "static void Grow() => kfree(kmalloc(8, GFP_NOFS)); static void Other() { Free(); } static void Free() => kfree(kmalloc(8, GFP_KERNEL));");

    [Fact]
    public Task The_story_goes_down_to_the_allocation() => Verify.MembersAsync(
        """
        static void Fill() => kfree({|#2:kmalloc(8, GFP_KERNEL)|});
        static void Grow() { {|#1:Fill()|}; }
        [NoIoContext] static void Submit() { {|#0:Grow()|}; }
        """,
        Verify.Report("KMEM3002").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("Flags 'GFP_KERNEL' let the allocator start block I/O, which this code must not ([NoIoContext]): 'Grow' allocates with them"));

    [Theory]
    [InlineData("Register(() => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})));")]
    [InlineData("Register(delegate { kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); });")]
    [InlineData("Handler h = () => {|KMEM3002:Grow()|}; Register(h);")]
    [InlineData("void Local() { kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); } Register(Local);")]
    [InlineData("Register(Converted);")]
    [InlineData("Queue([NoIoContext] () => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})));")]
    [InlineData("Queue(() => kfree(kmalloc(8, GFP_KERNEL)));")]
    [InlineData("Register(() => kfree(kmalloc(8, GFP_NOIO)));")]
    [InlineData("Register(() => Queue(() => kfree(kmalloc(8, GFP_KERNEL))));")]
    [InlineData("Register(() => Now(() => kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|}))));")]
    public Task Delegates_carry_the_context_to_their_bodies(string statements)
    {
        var converted = statements.Contains("Converted", StringComparison.Ordinal) ? "{|KMEM3002:GFP_KERNEL|}" : "GFP_KERNEL";
        return Verify.MembersAsync($$"""
            [NoIoContext] delegate void Handler();
            static void Register(Handler handler) => handler();
            static void Queue(Action action) { }
            static void Now([InvokedInPlace] Action action) => action();
            static void Grow() => kfree(kmalloc(8, GFP_KERNEL));
            static void Converted() => kfree(kmalloc(8, {{converted}}));
            static void Test() { {{statements}} }
            """);
    }

    private static Task InAsync(string contract, string statements, string members = "") => Verify.MembersAsync(
        members + "\nstatic bool Condition() => DateTime.Now.Ticks > 0;\nstatic void* Get(nuint size, gfp_t f) => kmalloc(size, f);\n[" + contract
        + "] void Test(device dev, bool condition, int n, gfp_t flags)\n{\n" + statements + "\n}");
}
