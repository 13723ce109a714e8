using Kmem.Analyzers.Context;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Kmem.Analyzers.Lifetime;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>What a call means to its caller, made of the callee's body.</summary>
public class SummaryTests
{
    [Fact]
    public void A_body_that_does_nothing_is_nothing() => Assert.True(Context("static int Test(int x) { int y = 3; return 4; }") is { Cases.Length: 1 });

    [Fact]
    public void A_body_that_always_throws_never_returns() => Assert.Empty(Context("static void Test() { throw new Exception(); }")!.Cases);

    [Fact]
    public void A_value_that_is_thrown_in_place_of_is_not_known() => Assert.Null(Context("static int Test() => throw null!;"));

    [Fact]
    public void Effects_are_split_by_outcome()
    {
        Summary summary = Context("static spinlock_t lk; static bool Test() { if (!spin_trylock(ref lk)) return false; return true; }")!;

        Assert.Equal(2, summary.Cases.Length);
        SummaryCase taken = Assert.Single(summary.Cases, each => Equals(each.Result, ConstantValue.True));
        SummaryCase failed = Assert.Single(summary.Cases, each => Equals(each.Result, ConstantValue.False));
        Assert.Single(Effect(taken).Enters);
        Assert.Empty(Effect(failed).Enters);
    }

    [Theory]
    [InlineData("static void Test(int n) { if (n == 0) { msleep(1); return; } Test(n - 1); }")]
    [InlineData("static void Test(int n) { if (n > 0) Other(n - 1); } static void Other(int n) { if (n == 7) msleep(1); Test(n); }")]
    [InlineData("static void Test(int n) { A(n); } static void A(int n) { B(n); } static void B(int n) { C(n); } static void C(int n) { if (n > 0) A(n - 1); vfree(null); }")]
    [InlineData("static void Test() { Test(); msleep(1); }", false)]
    public void Recursion_ends(string members, bool sleeps = true)
    {
        Summary? summary = Context(members);

        Assert.NotNull(summary);
        Assert.Equal(sleeps, summary.Cases.Any(each => !Effect(each).Sleeps.IsEmpty));
    }

    [Fact]
    public void Chains_may_be_longer_than_the_stack_is_deep()
    {
        const int Length = 3000;
        string chain = string.Concat(Enumerable.Range(0, Length).Select(i => $"static void M{i}() => M{i + 1}();\n"));

        Summary summary = Context(chain + $"static void M{Length}() => msleep(1); static void Test() => M0();")!;

        Assert.NotEmpty(Effect(Assert.Single(summary.Cases)).Sleeps);
    }

    [Fact]
    public void Flags_that_are_passed_on_decide_at_the_caller()
    {
        SleepEffect sleep = Assert.Single(Effect(Assert.Single(Context("static unsafe void* Test(gfp_t flags) => kmalloc(8, flags | __GFP_ZERO);")!.Cases)).Sleeps);

        Assert.IsType<OperatorValue>(sleep.Flags);
    }

    [Fact]
    public void An_iterator_says_so() => Assert.True(Context("static IEnumerable<int> Test() { yield return 1; msleep(1); }")!.IsIterator);

    [Fact]
    public void An_endless_iterator_returns_to_its_caller() => Assert.Null(Context("static IEnumerable<int> Test() { while (true) yield return 1; }"));

    [Fact]
    public void Memory_is_split_by_its_failure()
    {
        Summary summary = Lifetime("static unsafe void* Test() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return null; *(int*)p = 1; return p; }")!;

        Assert.Contains(summary.Cases, each => each.Result is ConstantValue { Bits: 0 });
        SummaryCase made = Assert.Single(summary.Cases, each => each.Result is SiteValue);
        Assert.Equal("kmalloc", Assert.Single(((LifetimeEffect)made.Effect).Allocated).Value.Family);
        Assert.Equal(Signs.None, made.ResultFact!.Signs & Signs.Zero);
    }

    [Fact]
    public void What_is_followed_unchecked_is_told()
    {
        Summary careless = Lifetime("static unsafe void Test(int* p) { *p = 1; }")!;
        Summary careful = Lifetime("static unsafe void Test(int* p) { if (p != null) *p = 1; }")!;

        Assert.Contains(careless.Cases, each => !((LifetimeEffect)each.Effect).Dereferenced.IsEmpty);
        Assert.DoesNotContain(careful.Cases, each => !((LifetimeEffect)each.Effect).Dereferenced.IsEmpty);
    }

    [Fact]
    public void What_is_released_is_told_with_its_families()
    {
        Summary summary = Lifetime("static unsafe void Test(void* p) { vfree(p); }")!;

        ReleaseEffect release = Assert.Single(Assert.Single(summary.Cases).Effect is LifetimeEffect effect ? effect.Released : []);
        Assert.Equal("vmalloc", Assert.Single(release.Contract.Families));
    }

    private static ContextEffect Effect(SummaryCase each) => (ContextEffect)each.Effect;

    private static Summary? Context(string members)
    {
        Snippet snippet = Snippet.Members(members);
        var table = new SummaryTable(snippet.Program, _ => true, (graph, summaries) => new ContextDomain(
            graph, snippet.Program.Contracts, ContextState.Nothing, summaries, new ContextReports(), isForCallers: true, CancellationToken.None));
        return table.Get(snippet.Method("Test"), CancellationToken.None);
    }

    private static Summary? Lifetime(string members)
    {
        Snippet snippet = Snippet.Members(members);
        var table = new SummaryTable(snippet.Program, _ => true, (graph, summaries) => new LifetimeDomain(
            graph,
            summaries,
            new LifetimeReports(new FieldFamilies(snippet.Program, summaries), new ReleaseFinder(snippet.Program.Contracts)),
            isForCallers: true,
            CancellationToken.None));
        return table.Get(snippet.Method("Test"), CancellationToken.None);
    }
}
