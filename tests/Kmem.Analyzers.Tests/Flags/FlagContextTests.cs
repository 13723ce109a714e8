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

    private static Task InAsync(string contract, string statements) => Verify.MembersAsync(
        "static void* Get(nuint size, gfp_t f) => kmalloc(size, f);\n[" + contract
        + "] void Test(device dev, bool condition, int n, gfp_t flags)\n{\n" + statements + "\n}");
}
