using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Locals that trade their memory, and memory that goes through a nullable.</summary>
public class ExchangedLocalTests
{
    [Theory]
    [InlineData("(p, q) = (q, p); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q);")]
    [InlineData("if (c) (p, q) = (q, p); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q);")]
    [InlineData("(p, q) = (q, p); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|}); Marshal.FreeHGlobal(q);")]
    [InlineData("nint t = p; p = q; q = t; Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q);")]
    [InlineData("{|KMEM2005:p = q|}; Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:q|});")]
    [InlineData("if (c) { for (int i = 0; i < 3; i++) (p, q) = (q, p); } Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q);")]
    [InlineData("Take(ref p, out nint t); Marshal.FreeHGlobal(t); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q);")]
    [InlineData("Take(ref p, out nint t); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(q); {|KMEM2005:}|}")]
    public Task Two_locals_trade_their_memory(string statements) => Verify.CompleteAsync(
        "static void Take(ref nint from, out nint to) { to = from; from = 0; } void Test(bool c) { nint p = Marshal.AllocHGlobal(8), q = Marshal.AllocHGlobal(16); "
        + (statements.EndsWith("{|KMEM2005:}|}", StringComparison.Ordinal) ? statements : statements + " }"));

    [Theory]
    [InlineData("nint? p = Get(c); if (p.HasValue) Marshal.FreeHGlobal(p.Value);")]
    [InlineData("nint? p = Get(c); if (p is nint q) Marshal.FreeHGlobal(q);")]
    [InlineData("if (Get(c) is { } q) Marshal.FreeHGlobal(q);")]
    [InlineData("nint? p = Marshal.AllocHGlobal(3); Marshal.FreeHGlobal(p ?? 0);")]
    [InlineData("GCHandle? h = GCHandle.Alloc(this); try { printk(\"\"); } finally { h?.Free(); }")]
    [InlineData("GCHandle? h = null; if (c) h = GCHandle.Alloc(this); if (h != null) h.Value.Free();")]
    [InlineData("GCHandle? h = GCHandle.Alloc(this); if (h is { IsAllocated: true } pin) pin.Free();")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); if (p == IntPtr.Zero) c = !c; Marshal.WriteByte(p, 1); {|KMEM2005:}|}")]
    public Task What_comes_out_of_a_nullable_is_what_went_in(string statements) => Verify.CompleteAsync(
        "static nint? Get(bool c) => c ? Marshal.AllocHGlobal(3) : null; void Test(bool c) { " + (statements.EndsWith("}|}", StringComparison.Ordinal) ? statements : statements + " }"));
}
