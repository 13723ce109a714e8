using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>KMEM9001: attributes that cannot be true together, or where they stand.</summary>
public class ContradictoryContractTests
{
    [Theory]
    [InlineData("class C { [NeverSleeps, {|KMEM9001:MightSleep|}] void M() { } }")]
    [InlineData("class C { [{|KMEM9001:AtomicContext|}, MightSleep] void M() { } }")]
    [InlineData("class C { [{|KMEM9001:HoldsSpinlock(\"nowhere\")|}] void M() { } }")]
    [InlineData("unsafe class C { static extern void Free([{|KMEM9001:Frees(\"nothing\")|}] void* p); }")]
    [InlineData("[AtomicContext] class C { [{|KMEM9001:MightSleep|}] void M() { } }")]
    [InlineData("[AtomicContext] interface I { void M(); } class C : I { [{|KMEM9001:MightSleep|}] public void M() { } }")]
    [InlineData("class B { [AtomicContext] public virtual void M() { } } class C : B { [{|KMEM9001:MightSleep|}] public override void M() { } }")]
    [InlineData("class B { protected object lk = new(); [HoldsSpinlock(\"lk\")] public virtual void M() { } } class C : B { [{|KMEM9001:MightSleep|}] public override void M() { } }")]
    public Task What_contradicts_is_reported(string code) => VerifyAsync(code);

    [Theory]
    [InlineData("[AtomicContext] class C { [ProcessContext, MightSleep] void M() { } void N() { } }")]
    [InlineData("[ProcessContext] class C { [MightSleep] void M() { } [AtomicContext] void N() { } }")]
    [InlineData("class C { object lk = new(); [HoldsSpinlock(nameof(lk))] void M() { } [NeverSleeps, AtomicContext] void N() { } }")]
    public Task What_goes_together_is_not(string code) => VerifyAsync(code);

    private static Task VerifyAsync(string code)
    {
        var test = new CSharpAnalyzerTest<ContractAnalyzer, DefaultVerifier> { TestCode = "using Kmem.Annotations;\n" + code };
        KmemReferences.AddAnnotations(test.TestState);
        return test.RunAsync();
    }
}
