using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>One thread at a time works on a method, and nobody waits for somebody who waits.</summary>
public class ClaimTests
{
    private static readonly IMethodSymbol First = Method("First"), Second = Method("Second");

    private readonly Claims _claims = new();

    [Fact]
    public void Two_threads_never_hold_the_same_claim()
    {
        int inside = 0, most = 0, rounds = 0;

        InParallel(4, () =>
        {
            for (int i = 0; i < 200; i++)
            {
                using var claim = _claims.Take(First);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                rounds++;
                Thread.Yield();
                Interlocked.Decrement(ref inside);
            }
        });

        Assert.Equal(1, most);
        Assert.Equal(800, rounds);
    }

    [Fact]
    public void Threads_that_hold_what_the_other_wants_go_on()
    {
        using var bothHold = new Barrier(2);
        int done = 0;

        InParallel(2, index =>
        {
            using var own = _claims.Take(index == 0 ? First : Second);
            bothHold.SignalAndWait();
            using var wanted = _claims.Take(index == 0 ? Second : First);
            Interlocked.Increment(ref done);
        });

        Assert.Equal(2, done);
    }

    [Fact]
    public void A_thread_may_come_back_to_what_it_works_on()
    {
        using (_claims.Take(First))
        using (_claims.Take(First))
        {
        }

        InParallel(1, () =>
        {
            using var claim = _claims.Take(First);
        });
    }

    private static void InParallel(int count, Action work) => InParallel(count, _ => work());

    private static void InParallel(int count, Action<int> work)
    {
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() => work(index)) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private static IMethodSymbol Method(string name) => CSharpCompilation
        .Create("claims", [CSharpSyntaxTree.ParseText($"class C {{ void {name}() {{ }} }}")])
        .GetTypeByMetadataName("C")!.GetMembers(name).OfType<IMethodSymbol>().Single();
}
