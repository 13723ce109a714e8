using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Toy = Microsoft.CodeAnalysis.CSharp.Testing.CSharpAnalyzerTest<Kmem.Analyzers.Tests.Harness.ToyAnalyzer, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>What an analyzer test accepts.</summary>
public class AnalyzerHarnessTests
{
    [Theory]
    [InlineData("class C { public int Big; }")]
    [InlineData("class C { public int [|small|]; }")]
    [InlineData("class C { public int {|TOY0001:small|}, {|TOY0001:little|}; }")]
    [InlineData("class C { public {|CS0246:Unknown|} Big; }")]
    public Task Markup_says_what_is_expected(string code) => new Toy { TestCode = code }.RunAsync();
}
