using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1011: what other assemblies can call, and cannot know to sleep.</summary>
public class UndeclaredSleepTests
{
    [Theory]
    [InlineData("public void {|KMEM1011:Warm|}() { msleep(1); }")]
    [InlineData("public static void {|KMEM1011:Warm|}() => msleep(1);")]
    [InlineData("protected void* {|KMEM1011:Get|}() => kmalloc(8, GFP_KERNEL);")]
    [InlineData("protected internal virtual void {|KMEM1011:Stop|}(int n) { if (n == 0) return; mutex_lock(m); mutex_unlock(m); }")]
    [InlineData("public void {|KMEM1011:Outer|}() { Middle(); } void Middle() => Inner(); static void Inner() => schedule();")]
    [InlineData("public int {|KMEM1011:Size|} => Read(); int Read() { msleep(1); return 1; }")]
    [InlineData("public int Size { {|KMEM1011:get|} { msleep(1); return 1; } set { } }")]
    [InlineData("public int this[int i] { get => i; {|KMEM1011:set|} => msleep(1); }")]
    [InlineData("public int {|KMEM1011:this|}[string s] => Read(); int Read() { msleep(1); return 1; }")]
    [InlineData("public event Action Changed { {|KMEM1011:add|} { lock (m) { } } remove { } }")]
    [InlineData("public {|KMEM1011:Device|}() { msleep(1); }")]
    [InlineData("public static Device operator {|KMEM1011:+|}(Device a, Device b) { msleep(1); return a; }")]
    [InlineData("public void {|KMEM1011:Take|}() { lock (m) { } }")]
    [InlineData("readonly Lock gate = new(); public void {|KMEM1011:Take|}() { lock (gate) { } }")]
    [InlineData("public void {|KMEM1011:Either|}(bool fast) { if (fast) msleep(1); else msleep(20); }")]
    [InlineData("public void {|KMEM1011:Down|}(int n) { if (n > 0) Down(n - 1); else msleep(1); }")]
    [InlineData("public void {|KMEM1011:Ping|}(int n) { if (n > 0) Pong(n - 1); } void Pong(int n) { msleep(1); Ping(n); }")]
    [InlineData("public partial void Write(); public partial void {|KMEM1011:Write|}() => msleep(1);")]
    [InlineData("public class Inner { public override string {|KMEM1011:ToString|}() { msleep(1); return \"\"; } }")]
    [InlineData("public interface IPort { void {|KMEM1011:Flush|}() { msleep(1); } void Send(); }")]
    [InlineData("public record Line(int Number) { public void {|KMEM1011:Send|}() => msleep(1); }")]
    [InlineData("public record struct Point(int X) { public int {|KMEM1011:Far|}() { msleep(1); return X; } }")]
    [InlineData("public static void {|KMEM1011:Run|}() { Local(); static void Local() => msleep(1); }")]
    [InlineData("public void {|KMEM1011:Quick|}() { spin_lock(ref lk); spin_unlock(ref lk); msleep(1); }")]
    public Task A_method_that_others_can_call_is_to_say_that_it_sleeps(string members) => Library(members).RunAsync();

    [Theory]
    [InlineData("[MightSleep] public void Warm() { msleep(1); }")]
    [InlineData("[MightSleep] public int Size { get { msleep(1); return 1; } set { msleep(1); } }")]
    [InlineData("void Own() => msleep(1); internal void Ours() => msleep(1); private protected void Near() => msleep(1);")]
    [InlineData("public void* Get([GfpFlags] gfp_t flags) => kmalloc(8, flags);")]
    [InlineData("public void* Get(gfp_t flags) => kmalloc(8, flags);")]
    [InlineData("public void* Get() => kmalloc(8, GFP_ATOMIC);")]
    [InlineData("public void Read(bool wait) { if (wait) msleep(1); }")]
    [InlineData("public bool Read(bool wait) { if (!wait) return mutex_trylock(m); mutex_lock(m); return true; }")]
    [InlineData("public void Poll() { if (!in_atomic()) msleep(1); }")]
    [InlineData("public IEnumerable<int> Items() { msleep(1); yield return 1; }")]
    [InlineData("public Action Later() => () => msleep(1);")]
    [InlineData("[ProcessContext] public void Work() => msleep(1);")]
    [InlineData("[AtomicContext] public void Handle() => {|KMEM1002:msleep(1)|};")]
    [InlineData("[NeverSleeps] public void Quiet() => {|KMEM1010:msleep(1)|};")]
    [InlineData("public void Broken() { spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); }")]
    [InlineData("[ReleasesSpinlock(\"lk\")] public void DropAndWait() { spin_unlock(ref lk); msleep(1); }")]
    [InlineData("internal class Hidden { public void Warm() => msleep(1); }")]
    [InlineData("public interface IPort { [MightSleep] void Send(); } public class Port : IPort { public void Send() => msleep(1); }")]
    [InlineData("interface IPort { void Send(); } public class Port : IPort { void IPort.Send() => msleep(1); }")]
    [InlineData("public void Say() { printk(\"\"); } ~Device() { msleep(1); }")]
    [InlineData("public void Wake() { Unknown(); } extern void Unknown();")]
    public Task A_method_that_says_so_or_need_not_is_not_reported(string members) => Library(members).RunAsync();

    // No caller waits for what stands behind an await.
    [Fact]
    public Task An_async_method_is_reported_for_what_it_does_at_once() => Verify.SourcesAsync(["""
        public class Port
        {
            public async Task {|KMEM1011:SlowAsync|}() { msleep(1); await Task.Yield(); }
            public async Task QuickAsync() { await Task.Yield(); msleep(1); }
        }
        """]);

    [Fact]
    public Task The_report_names_what_sleeps_and_the_way_there()
    {
        var test = Library("public void {|#0:Outer|}() { {|#1:Inner()|}; } static void Inner() => {|#2:msleep(1)|};");
        test.ExpectedDiagnostics.Add(Verify.Report("KMEM1011").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'Outer' may sleep in 'msleep', which callers in other assemblies cannot see: [MightSleep] tells them"));
        return test.RunAsync();
    }

    [Fact]
    public Task Code_with_errors_is_reported_where_it_is_understood()
    {
        var test = Library("public void {|KMEM1011:Warm|}() { msleep(1); undefined(); } public void () { msleep(1); } public void Half( { msleep(");
        test.CompilerDiagnostics = CompilerDiagnostics.None;
        return test.RunAsync();
    }

    // Who cannot write the attribute is not asked for it.
    [Fact]
    public Task Code_without_the_attribute_is_not_reported() =>
        Verify.DotNetAsync("public class Worker { public void Wait() { System.Threading.Thread.Sleep(1); } }");

    [Theory]
    [InlineData(ReportDiagnostic.Warn, true)]
    [InlineData(ReportDiagnostic.Error, true)]
    [InlineData(ReportDiagnostic.Hidden, false)]
    [InlineData(ReportDiagnostic.Suppress, false)]
    public void A_build_asks_only_where_a_configuration_raises_the_rule(ReportDiagnostic chosen, bool isThere)
    {
        var compilation = CSharpCompilation.Create("A", options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
            .WithSpecificDiagnosticOptions([new("KMEM1011", chosen)]));

        Assert.Equal(isThere, RuleAudience.IsThere(Rules.UndeclaredSleep, DiagnosticSeverity.Info, compilation, new AnalyzerOptions([]), CancellationToken.None));
        Assert.True(RuleAudience.IsThere(Rules.UndeclaredSleep, DiagnosticSeverity.Hidden, compilation, new AnalyzerOptions([]), CancellationToken.None));
    }

    private static CSharpAnalyzerTest<MemoryDisciplineAnalyzer, DefaultVerifier> Library(string members) => Verify.Create([
        "#nullable enable\npublic unsafe partial class Device\n{\nstatic spinlock_t lk;\nstatic readonly mutex m = new();\n" + members + "\n}"]);
}
