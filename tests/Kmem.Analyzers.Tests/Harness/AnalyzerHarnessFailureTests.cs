using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Verify = Microsoft.CodeAnalysis.CSharp.Testing.CSharpAnalyzerVerifier<Kmem.Analyzers.Tests.Harness.ToyAnalyzer, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>What an analyzer test rejects, and what it says then.</summary>
public class AnalyzerHarnessFailureTests
{
    [Theory]
    [InlineData("class C { public int [|Big|]; }", "Missing:    /0/Test0.cs(1,22)-(1,25): TOY0001")]
    [InlineData("class C { public int small; }", "Unexpected: /0/Test0.cs(1,22)-(1,27): Warning TOY0001: The field 'small' has a small name")]
    [InlineData("class C { public int [|smal|]l; }", "it stands at /0/Test0.cs(1,22)-(1,27)")]
    [InlineData("class C { public int s[|mall|]; }", "it stands at /0/Test0.cs(1,22)-(1,27)")]
    [InlineData("class C { public int [|[|small|]|]; }", "Expected 2 diagnostics, found 1.")]
    [InlineData("class C { Unknown Big; }", "Error CS0246")]
    [InlineData("class C { public {|CS0246:int|} Big; }", "Missing:    /0/Test0.cs(1,18)-(1,21): CS0246")]
    public async Task Diagnostics_must_stand_where_they_are_marked(string code, string reason) =>
        Assert.Contains(reason, await FailingTest.MessageAsync<ToyAnalyzer>(code), StringComparison.Ordinal);

    [Fact]
    public async Task Every_part_of_an_expected_diagnostic_counts()
    {
        const string Code = "class C { public int {|#0:small|}; }";
        DiagnosticResult right = Verify.Diagnostic().WithLocation(0).WithArguments("small");
        (DiagnosticResult Wrong, string Reason)[] cases =
        [
            (right.WithArguments("large"), "the message is 'The field 'small' has a small name', not 'The field 'large' has a small name'"),
            (Verify.Diagnostic().WithLocation(0), "not 'The field '{0}' has a small name'"),
            (right.WithMessage("No"), "not 'No'"),
            (right.WithSeverity(DiagnosticSeverity.Error), "the severity is Warning, not Error"),
            (right.WithNoLocation(), "it has a location: /0/Test0.cs(1,22)-(1,27)"),
            (right.WithLocation(0), "it has 0 additional locations, not 1"),
            (right.WithIsSuppressed(true), "it is not suppressed"),
            (Verify.Diagnostic().WithSpan(1, 22, 1, 26).WithMessage(null), "it stands at"),
            (Verify.Diagnostic().WithLocation(1, 23).WithMessage(null), "it stands at"),
            (Verify.Diagnostic().WithLocation("/0/Test1.cs", 1, 22).WithMessage(null), "it stands at"),
        ];

        await Verify.VerifyAnalyzerAsync(Code, right);
        foreach ((DiagnosticResult wrong, string reason) in cases)
            Assert.Contains(reason, await FailingTest.MessageAsync<ToyAnalyzer>(Code, wrong), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Additional_locations_count_by_number_and_order()
    {
        const string Code = "class C { public int {|#0:one|}, {|#1:two|}, {|#2:three|}; }";
        DiagnosticResult one = Verify.Diagnostic().WithLocation(0).WithArguments("one");
        DiagnosticResult two = Verify.Diagnostic().WithLocation(1).WithLocation(0).WithArguments("two");
        DiagnosticResult three = Verify.Diagnostic().WithLocation(2).WithArguments("three");

        await Verify.VerifyAnalyzerAsync(Code, one, two, three.WithLocation(0).WithLocation(1));
        Assert.Contains(
            "its additional location 1 is /0/Test0.cs(1,22)-(1,25)",
            await FailingTest.MessageAsync<ToyAnalyzer>(Code, one, two, three.WithLocation(1).WithLocation(0)),
            StringComparison.Ordinal);
        Assert.Contains(
            "it has 2 additional locations, not 1",
            await FailingTest.MessageAsync<ToyAnalyzer>(Code, one, two, three.WithLocation(0)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_is_a_failure_with_its_stack()
    {
        string message = await FailingTest.MessageAsync<CrashingAnalyzer>("class C { public int Big; }");

        Assert.Contains("AD0001", message, StringComparison.Ordinal);
        Assert.Contains("at Kmem.Analyzers.Tests.Harness.CrashingAnalyzer.Analyze", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_in_generated_code_is_a_failure() => Assert.Contains(
        "AD0001",
        await FailingTest.MessageAsync<CrashingInGeneratedCodeAnalyzer>("class C { public int [|small|]; }"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Generated_code_must_be_left_alone() => Assert.Contains(
        "TOY0001 must not be reported in generated code",
        await FailingTest.MessageAsync<UnconfiguredAnalyzer>("class C { public int [|small|]; }"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_pragma_must_have_its_effect() => Assert.Contains(
        "TOY0001 must be silenced by a pragma",
        await FailingTest.MessageAsync<PragmaBlindAnalyzer>("class C { public int [|small|]; }"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("class C { [|", "the markup opens '[|' but does not close it")]
    [InlineData("class C { {|#0:", "the markup opens '{|#0:' but does not close it")]
    [InlineData("class C { |]", "the markup '|]' closes a span that is not open")]
    [InlineData("class C { {|#0:|#1}|} }", "the markup '|#1}' closes a span that is not open")]
    [InlineData("class {|#0:C|} { } class {|#0:D|} { }", "the location key '#0' is used twice")]
    [InlineData("class C { string S = $$\"\"\"x\"\"\"; }", "set MarkupOptions.TreatPositionIndicatorsAsCode")]
    public async Task Bad_markup_is_told(string code, string reason) =>
        Assert.Contains(reason, await FailingTest.MessageAsync<ToyAnalyzer>(code), StringComparison.Ordinal);

    [Fact]
    public async Task A_location_key_must_be_marked() => Assert.Contains(
        "No markup '{|#3:text|}'",
        await FailingTest.MessageAsync<ToyAnalyzer>("class C { }", Verify.Diagnostic().WithLocation(3)),
        StringComparison.Ordinal);

    [Fact]
    public async Task Markup_without_a_name_needs_a_single_rule() => Assert.Contains(
        "'[|text|]' may mean any of 2 descriptors",
        await FailingTest.MessageAsync<TwoRulesAnalyzer>("class C { public int [|small|]; }"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_reference_to_a_missing_project_is_told()
    {
        var test = new CSharpAnalyzerTest<ToyAnalyzer, DefaultVerifier> { TestState = { Sources = { "class C { }" }, AdditionalProjectReferences = { "None" } } };

        Assert.Contains("refers to 'None'", await FailingTest.MessageAsync(test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_source_is_printed_with_the_markup_found()
    {
        string message = await FailingTest.MessageAsync<ToyAnalyzer>("class C { public int small, Big, [|Large|], other; Unknown U; }");

        Assert.Contains(
            "class C { public int {|#1:{|TOY0001:small|}|}, Big, Large, {|#0:other|}; {|CS0246:Unknown|} U; }",
            message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Diagnostic(\"TOY0001\").WithLocation(0).WithLocation(1).WithMessage(\"The field 'other' has a small name\"),",
            message,
            StringComparison.Ordinal);
    }
}
