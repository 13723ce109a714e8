using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1010: a body that sleeps against its own contract, or that of what it fulfils.</summary>
public class BrokenPromiseTests
{
    [Theory]
    [InlineData("[NeverSleeps] void Quiet() { {|KMEM1010:msleep(1)|}; }")]
    [InlineData("[NeverSleeps] void Quiet() => {|KMEM1010:vfree(null)|};")]
    [InlineData("[NeverSleeps] void* Quiet() => {|KMEM1010:kmalloc(8, GFP_KERNEL)|};")]
    [InlineData("[NeverSleeps] void Quiet() { {|KMEM1010:lock|} (m) { } }")]
    [InlineData("[NeverSleeps] void Quiet(bool c) { if (c) {|KMEM1010:mutex_lock(m)|}; }")]
    [InlineData("void Inner() => msleep(1); [NeverSleeps] void Quiet() { {|KMEM1010:Inner()|}; }")]
    [InlineData("interface IPort { [NeverSleeps] void Write(); } class Port : IPort { public void Write() { {|KMEM1010:msleep(1)|}; } }")]
    [InlineData("abstract class Base { [NeverSleeps] public abstract void Write(); } class Derived : Base { public override void Write() => {|KMEM1010:msleep(1)|}; }")]
    [InlineData("interface IPort { [NeverSleeps] void Write(); } class Port : IPort { void IPort.Write() { {|KMEM1010:schedule()|}; } }")]
    [InlineData("[NeverSleeps] int Size { get { {|KMEM1010:msleep(1)|}; return 1; } }")]
    [InlineData("void Test() { Quiet(); [NeverSleeps] void Quiet() { {|KMEM1010:msleep(1)|}; } }")]
    [InlineData("[NeverSleeps] void Quiet() { Trusted(); {|KMEM1010:msleep(1)|}; } [NeverSleeps] extern void Trusted();")]
    [InlineData("[NeverSleeps] void Quiet() { spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); {|KMEM1010:msleep(1)|}; }")]
    [InlineData("[NeverSleeps] void Down(int n) { if (n == 0) {|KMEM1010:msleep(1)|}; else Down(n - 1); }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Test() { Quick q = () => {|KMEM1010:msleep(1)|}; }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Use(Quick q) { } void Test() { Use(() => { lk = default; {|KMEM1010:mutex_lock(m)|}; }); }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Use(Quick q) { } void Test() => Use(Slow); void Slow() { {|KMEM1010:msleep(1)|}; }")]
    [InlineData("[NeverSleeps] delegate void Quick(); Quick? q; void Test() { q = Slow; static void Slow() { {|KMEM1010:msleep(1)|}; } }")]
    public Task A_promise_that_the_body_breaks_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("[NeverSleeps] void Quiet() { udelay(1); kfree(null); }")]
    [InlineData("[NeverSleeps] void* Quiet() => kmalloc(8, GFP_ATOMIC);")]
    [InlineData("[NeverSleeps] void* Quiet(gfp_t flags) => kmalloc(8, flags);")]
    [InlineData("[NeverSleeps] void Quiet() { if (!in_atomic()) msleep(1); }")]
    [InlineData("[NeverSleeps] void Quiet() { Unknown(); } extern void Unknown();")]
    [InlineData("[NeverSleeps] void Quiet(bool c) { if (c) BUG(); udelay(1); }")]
    [InlineData("[NeverSleeps] Action Later() => () => msleep(1);")]
    [InlineData("[NeverSleeps] IEnumerable<int> Items() { msleep(1); yield return 1; }")]
    [InlineData("[NeverSleeps] [AtomicContext] void Quiet() { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("interface IPort { void Write(); } class Port : IPort { public void Write() => msleep(1); [NeverSleeps] void Other() { } }")]
    [InlineData("[NeverSleeps] bool Quiet() => mutex_trylock(m);")]
    [InlineData("[NeverSleeps] void Quiet(bool c) { if (c) Wait(false); } void Wait(bool sleep) { if (sleep) msleep(1); }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Test() { Quick q = () => udelay(1); Action a = () => msleep(1); }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Use(Action q) { } void Test() => Use(Slow); void Slow() { msleep(1); }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Test() { Quick q = () => { int n = smp_processor_id(); }; }")]
    [InlineData("[NeverSleeps] delegate void Quick(); void Test() { Quick q = () => { if (!in_atomic()) msleep(1); }; }")]
    public Task A_promise_that_is_kept_is_not(string members) => Verify.MembersAsync(members);

    // The word stands nowhere in the code that breaks the promise.
    [Theory]
    [InlineData("class Port : IPort { public void Write() { {|KMEM1010:Kernel.msleep(1)|}; } }")]
    [InlineData("class Port : PortBase { public override void Write() { {|KMEM1010:Kernel.msleep(1)|}; } }")]
    [InlineData("class Port { void Test() { Quick q = () => {|KMEM1010:Kernel.msleep(1)|}; } }")]
    [InlineData("class Port { void Test() => Library.Run(() => {|KMEM1010:Kernel.msleep(1)|}); }")]
    [InlineData("class Port : IPort { public void Write() { Kernel.udelay(1); } void Other() => Kernel.msleep(1); }")]
    public Task The_promise_of_a_library_binds_too(string code)
    {
        var test = Verify.Create([code]);
        var library = test.TestState.AdditionalProjects["Library"];
        KmemReferences.AddAnnotations(library);
        library.Sources.Add("""
            using Kmem.Annotations;
            public interface IPort { [NeverSleeps] void Write(); }
            public abstract class PortBase { [NeverSleeps] public abstract void Write(); }
            [NeverSleeps] public delegate void Quick();
            public static class Library { public static void Run(Quick quick) { } }
            """);
        test.TestState.AdditionalProjectReferences.Add("Library");
        return test.RunAsync();
    }

    [Fact]
    public Task Nobody_waits_for_what_is_behind_an_await() => Verify.SourcesAsync(["""
        class Port
        {
            [NeverSleeps] async Task Write() { await Task.Delay(1); msleep(1); }
            [NeverSleeps] async Task Broken() { {|KMEM1010:msleep(1)|}; await Task.Delay(1); }
        }
        """]);
}
