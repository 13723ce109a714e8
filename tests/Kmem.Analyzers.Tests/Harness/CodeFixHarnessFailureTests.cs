using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Toy = Microsoft.CodeAnalysis.CSharp.Testing.CSharpCodeFixTest<
    Kmem.Analyzers.Tests.Harness.ToyAnalyzer,
    Kmem.Analyzers.Tests.Harness.ToyFix,
    Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>What a code fix test rejects, and what it says then.</summary>
public class CodeFixHarnessFailureTests
{
    private const string OneFault = "class C { public int [|one|]; }";
    private const string TwoFaults = "class C { public int [|one|], [|two|]; }";

    [Fact]
    public async Task The_fixed_text_must_be_exact()
    {
        string message = await FailsAsync<ToyFix>(OneFault, "class C { public int  ONE; }");

        Assert.Contains("Context: fixing one by one", message, StringComparison.Ordinal);
        Assert.Contains("/0/Test0.cs: the fixed code differs from line 1 on.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fixed_code_must_compile()
    {
        string message = await FailsAsync<ToyFix>("class C { public int [|one|], ONE; }", "class C { public int ONE, ONE; }");

        Assert.Contains("Context: diagnostics of the fixed code", message, StringComparison.Ordinal);
        Assert.Contains("CS0102", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fixed_code_must_be_clean() => Assert.Contains(
        "Context: diagnostics of the fixed code",
        await FailsAsync<UselessFix>(OneFault, "class C { public int onex; }"),
        StringComparison.Ordinal);

    [Fact]
    public async Task The_tree_must_be_that_of_its_text() => Assert.Contains(
        "the tree that the fix built is not the tree of its text",
        await FailsAsync<TwoTokensFix>(OneFault, "class C { public int ONE=0; }"),
        StringComparison.Ordinal);

    [Fact]
    public Task The_tree_may_be_left_unchecked() => new CSharpCodeFixTest<ToyAnalyzer, TwoTokensFix, DefaultVerifier>
    {
        TestCode = OneFault,
        FixedCode = "class C { public int ONE=0; }",
        CodeActionValidationMode = CodeActionValidationMode.None,
    }.RunAsync();

    [Fact]
    public async Task A_fix_all_that_forgets_one_is_told()
    {
        const string Fixed = "class C { public int ONE, TWO; }";

        string message = await FailsAsync<ForgetfulFixAllFix>(TwoFaults, Fixed);

        Assert.Contains("Context: fix all in Document", message, StringComparison.Ordinal);
        Assert.Contains("actual:   class C { public int ONE, two; }", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CodeFixTestBehaviors.SkipFixAllInDocumentCheck, "fix all in Project")]
    [InlineData(CodeFixTestBehaviors.SkipFixAllInDocumentCheck | CodeFixTestBehaviors.SkipFixAllInProjectCheck, "fix all in Solution")]
    public async Task Every_scope_of_fix_all_is_tried(CodeFixTestBehaviors skipped, string context)
    {
        var test = new CSharpCodeFixTest<ToyAnalyzer, ForgetfulFixAllFix, DefaultVerifier>
        {
            TestCode = TwoFaults,
            FixedCode = "class C { public int ONE, TWO; }",
            CodeFixTestBehaviors = skipped,
        };

        Assert.Contains($"Context: {context}", await FailingTest.MessageAsync(test), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_fix_all_may_end_elsewhere_than_the_single_fixes() => new CSharpCodeFixTest<ToyAnalyzer, ForgetfulFixAllFix, DefaultVerifier>
    {
        TestCode = TwoFaults,
        FixedCode = "class C { public int ONE, TWO; }",
        NumberOfFixAllIterations = 2,
    }.RunAsync();

    [Fact]
    public async Task A_fix_that_never_ends_is_stopped() => Assert.Contains(
        "applied at most 1 times, but after that it is still offered: 'Make it upper'",
        await FailingTest.MessageAsync(new CSharpCodeFixTest<ToyAnalyzer, UselessFix, DefaultVerifier>
        {
            TestCode = OneFault,
            FixedState = { Sources = { "class C { public int [|onex|]; }" }, MarkupHandling = MarkupMode.Allow },
        }),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_fix_offered_where_none_is_expected_is_told() => Assert.Contains(
        "No fix is expected, but 'Make it upper' is offered",
        await FailsAsync<ToyFix>(OneFault, OneFault),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_fix_must_be_applied_as_often_as_expected() => Assert.Contains(
        "expected to be applied 3 times, but it was applied 2 times",
        await FailingTest.MessageAsync(new Toy
        {
            TestCode = TwoFaults,
            FixedCode = "class C { public int ONE, TWO; }",
            NumberOfIncrementalIterations = 3,
        }),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_fix_must_change_something() => Assert.Contains(
        "The action 'Do nothing' must change the solution once; it has 0 such operations.",
        await FailsAsync<NothingDoneFix>(OneFault, "class C { public int ONE; }"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Index_and_key_must_agree() => Assert.Contains(
        "The action 1 has another equivalence key",
        await FailingTest.MessageAsync(new Toy
        {
            TestCode = OneFault,
            FixedCode = "class C { public int One; }",
            CodeActionIndex = 1,
            CodeActionEquivalenceKey = "upper",
        }),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_fixable_diagnostic_must_be_reported_live()
    {
        const string Fixed = "class C { public int ONE; }";

        Assert.Contains(
            "must be reported while its own file is analysed",
            await FailingTest.MessageAsync<CompilationEndAnalyzer, ToyFix>(OneFault, Fixed),
            StringComparison.Ordinal);
        await new CSharpCodeFixTest<CompilationEndAnalyzer, ToyFix, DefaultVerifier>
        {
            TestCode = OneFault,
            FixedCode = Fixed,
            CodeFixTestBehaviors = CodeFixTestBehaviors.SkipLocalDiagnosticCheck,
        }.RunAsync();
    }

    [Fact]
    public async Task A_fix_must_be_exported() => Assert.Contains(
        "UnexportedFix needs [ExportCodeFixProvider(LanguageNames.CSharp)]",
        await FailsAsync<UnexportedFix>(OneFault, "class C { public int ONE; }"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(typeof(OtherLanguageFix), "needs [ExportCodeFixProvider(LanguageNames.CSharp)]")]
    [InlineData(typeof(ArgumentsNeededFix), "must be concrete and have a public constructor without parameters")]
    public void A_fix_must_be_found_by_dotnet_format(Type fix, string reason) => Assert.Contains(
        reason,
        Assert.Throws<InvalidOperationException>(() => FixExport.Verify(fix, new DefaultVerifier())).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Files_must_be_those_expected()
    {
        var lacking = new Toy { TestCode = OneFault, FixedState = { Sources = { "class C { public int ONE; }", "class D { }" } } };
        var surplus = new Toy
        {
            TestState = { Sources = { OneFault, "class D { }" } },
            FixedCode = "class C { public int ONE; }",
        };

        Assert.Contains("The fixed code lacks the file '/0/Test1.cs'.", await FailingTest.MessageAsync(lacking), StringComparison.Ordinal);
        Assert.Contains("files that are not expected: /0/Test1.cs.", await FailingTest.MessageAsync(surplus), StringComparison.Ordinal);
    }

    private static Task<string> FailsAsync<TFix>(string code, string fixedCode)
        where TFix : CodeFixProvider, new() => FailingTest.MessageAsync<ToyAnalyzer, TFix>(code, fixedCode);
}
