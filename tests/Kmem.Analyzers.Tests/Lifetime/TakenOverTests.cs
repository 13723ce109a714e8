using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>What <c>[TakesOwnership]</c> has taken is its new owner's to release, and nobody else's.</summary>
public class TakenOverTests
{
    [Theory]
    [InlineData("var o = new Queue(q); o.Dispose();")]
    [InlineData("using var o = new Queue(q); o.Length++;")]
    [InlineData("using (new Queue(q)) { n++; }")]
    [InlineData("var o = new Queue(q); Close(o);")]
    [InlineData("set_bio(n, q, q);")]
    public Task The_owner_releases(string statements) => Verify.CompleteAsync(Members(statements));

    [Theory]
    [InlineData("using var o = new Queue(q); o.Length++; q_del({|KMEM2003:q|});")]
    [InlineData("var o = new Queue(q); Close(o); q_del({|KMEM2003:q|});")]
    [InlineData("var o = new Queue(q); o.Dispose(); *(byte*){|KMEM2004:q|} = 1;")]
    [InlineData("set_bio(n, q, q); set_bio(n, {|KMEM2003:q|}, 0);")]
    [InlineData("while (n-- > 0) set_bio(n, {|KMEM2003:q|}, q);")]
    public Task Somebody_else_releases(string statements) => Verify.MembersAsync(Members(statements));

    private static string Members(string statements) => $$"""
        [return: Allocates("q", NeverNull = true)] extern static nint q_new();
        extern static void q_del([Frees("q")] nint q);
        extern static void set_bio(int handle, [TakesOwnership] nint read, [TakesOwnership] nint write);
        sealed class Queue : IDisposable
        {
            public int Length;
            private nint _q;
            public Queue([TakesOwnership] nint q) => _q = q;
            public void Dispose() { q_del(_q); _q = 0; }
        }
        static void Close(Queue queue) => queue.Dispose();
        static void Test(int n) { nint q = q_new(); {{statements}} }
        """;
}
