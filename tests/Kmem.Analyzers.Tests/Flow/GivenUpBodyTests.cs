using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>A body that is too much for the analysis is said to be: once, however many analyses gave up.</summary>
public class GivenUpBodyTests
{
    // More places than a path may know.
    private static readonly string Table = string.Concat(Enumerable.Range(0, 401).Select(i => $"p[{i}] = 1; "));

    [Fact]
    public Task By_both_analyses() => Verify.MembersAsync(
        $"void {{|KMEM9003:Fill|}}(byte* p) {{ spin_lock(ref lk); {Table} spin_unlock(ref lk); kfree(p); }}");

    [Fact]
    public Task In_a_local_function() => Verify.StatementsAsync(
        $"byte* q = dev.buf; Fill(); void {{|KMEM9003:Fill|}}() {{ byte* p = q; {Table} kfree(p); }}");

    [Fact]
    public Task But_not_where_no_contract_is_touched() => Verify.MembersAsync($"void Fill(byte* p) {{ {Table} }}");

    [Fact]
    public Task Nothing_is_reported_behind_it_and_its_callers_go_on() => Verify.MembersAsync($$"""
        void {|KMEM9003:Fill|}(byte* p) { spin_lock(ref lk); {{Table}} spin_unlock(ref lk); vfree(p); }
        void Use() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); if (p == null) return; Fill(p); spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); kfree(p); }
        """);
}
