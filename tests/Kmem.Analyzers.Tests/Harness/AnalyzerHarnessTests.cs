using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Toy = Microsoft.CodeAnalysis.CSharp.Testing.CSharpAnalyzerTest<Kmem.Analyzers.Tests.Harness.ToyAnalyzer, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;
using Verify = Microsoft.CodeAnalysis.CSharp.Testing.CSharpAnalyzerVerifier<Kmem.Analyzers.Tests.Harness.ToyAnalyzer, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>What an analyzer test accepts.</summary>
public class AnalyzerHarnessTests
{
    [Theory]
    [InlineData("class C { public int Big; }")]
    [InlineData("class C { public int [|small|]; }")]
    [InlineData("class C { public int {|TOY0001:small|}, {|TOY0001:little|}; }")]
    [InlineData("class C { public {|CS0246:Unknown|} Big; }")]
    [InlineData("unsafe class C { public int* Big; }")]
    public Task Markup_says_what_is_expected(string code) => Verify.VerifyAnalyzerAsync(code);

    [Fact]
    public Task Locations_are_keys_places_or_spans() => Verify.VerifyAnalyzerAsync(
        "class C { public int {|#0:one|}, {|#1:two|}, three; }",
        Verify.Diagnostic().WithLocation(0).WithArguments("one"),
        Verify.Diagnostic("TOY0001").WithLocation(1).WithLocation(0).WithMessage("The field 'two' has a small name"),
        Verify.Diagnostic(ToyAnalyzer.Rule).WithSpan(1, 32, 1, 37).WithLocation(0).WithLocation(1, 27).WithMessage(null));

    [Fact]
    public Task Locations_in_other_files_name_the_file()
    {
        var test = new Toy { TestState = { Sources = { "class C { }", "class D { public int small; }", ("Own.cs", "class E { public int [|other|]; }") } } };
        test.ExpectedDiagnostics.Add(Verify.Diagnostic().WithLocation("/0/Test1.cs", 1, 22).WithArguments("small"));
        return test.RunAsync();
    }

    [Fact]
    public Task The_severity_comes_from_the_analyzer_configuration()
    {
        var test = new Toy
        {
            TestCode = "class C { public int {|#0:small|}; }",
            TestState = { AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.TOY0001.severity = error\n") } },
        };
        test.ExpectedDiagnostics.Add(Verify.Diagnostic().WithLocation(0).WithArguments("small").WithSeverity(DiagnosticSeverity.Error));
        return test.RunAsync();
    }

    [Fact]
    public Task A_disabled_diagnostic_is_not_reported() =>
        new Toy { TestCode = "class C { public int small; }", DisabledDiagnostics = { "TOY0001" } }.RunAsync();

    [Fact]
    public Task A_rule_that_is_off_by_default_runs() =>
        CSharpAnalyzerVerifier<OffByDefaultAnalyzer, DefaultVerifier>.VerifyAnalyzerAsync("class C { public int [|small|]; }");

    [Fact]
    public Task A_suppressed_diagnostic_may_be_expected_as_such() => Verify.VerifyAnalyzerAsync(
        "#pragma warning disable TOY0001\nclass C { public int {|#0:small|}; }",
        Verify.Diagnostic().WithLocation(0).WithArguments("small").WithIsSuppressed(true));

    [Fact]
    public Task A_suppressed_diagnostic_need_not_be_expected() =>
        Verify.VerifyAnalyzerAsync("#pragma warning disable TOY0001\nclass C { public int small; }");

    [Fact]
    public Task Additional_files_are_analysed_and_marked() => new CSharpAnalyzerTest<AdditionalFileAnalyzer, DefaultVerifier>
    {
        TestState = { Sources = { "class C { }" }, AdditionalFiles = { ("Words.txt", "Big\n[|small|]\n") } },
    }.RunAsync();

    [Fact]
    public Task Top_level_statements_need_a_program() => new Toy
    {
        TestState = { Sources = { "System.Console.WriteLine();" }, OutputKind = OutputKind.ConsoleApplication },
    }.RunAsync();

    [Fact]
    public Task Projects_may_refer_to_each_other()
    {
        var test = new Toy { TestState = { Sources = { "class C : Base { }" }, AdditionalProjectReferences = { "Library" } } };
        test.TestState.AdditionalProjects["Library"].Sources.Add("public class Base { public int [|small|]; }");
        return test.RunAsync();
    }

    [Fact]
    public Task A_transform_changes_the_solution() => new Toy
    {
        TestCode = "class C : D { }",
        SolutionTransforms = { (solution, project) => solution.AddDocument(DocumentId.CreateNewId(project), "D.cs", "class D { }") },
    }.RunAsync();

    [Fact]
    public Task Warnings_of_the_compiler_count_if_asked_for()
    {
        var test = new Toy { TestCode = "class C { private int {|#0:Big|}; }", CompilerDiagnostics = CompilerDiagnostics.Warnings };
        test.ExpectedDiagnostics.Add(DiagnosticResult.CompilerWarning("CS0169").WithLocation(0));
        return test.RunAsync();
    }

    [Fact]
    public Task Errors_of_the_compiler_may_be_left_out() =>
        new Toy { TestCode = "class C { Unknown Big; }", CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync();

    [Fact]
    public Task The_first_of_several_rules_may_be_the_default() => new CSharpAnalyzerTest<TwoRulesAnalyzer, DefaultVerifier>
    {
        TestCode = "class C { public int [|small|]; }",
        MarkupOptions = MarkupOptions.UseFirstDescriptor,
    }.RunAsync();

    [Fact]
    public Task An_analyzer_may_report_in_generated_code_on_purpose() =>
        CSharpAnalyzerVerifier<GeneratedCodeAnalyzer, DefaultVerifier>.VerifyAnalyzerAsync("class C { public int [|small|]; }");

    [Fact]
    public Task The_extra_passes_may_be_skipped() => Task.WhenAll(
        new CSharpAnalyzerTest<UnconfiguredAnalyzer, DefaultVerifier>
        {
            TestCode = "class C { public int [|small|]; }",
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck,
        }.RunAsync(),
        new CSharpAnalyzerTest<PragmaBlindAnalyzer, DefaultVerifier>
        {
            TestCode = "class C { public int [|small|]; }",
            TestBehaviors = TestBehaviors.SkipSuppressionCheck | TestBehaviors.SkipGeneratedCodeCheck,
        }.RunAsync());
}
