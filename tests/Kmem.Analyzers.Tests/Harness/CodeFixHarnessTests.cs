using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Toy = Microsoft.CodeAnalysis.CSharp.Testing.CSharpCodeFixTest<
    Kmem.Analyzers.Tests.Harness.ToyAnalyzer,
    Kmem.Analyzers.Tests.Harness.ToyFix,
    Microsoft.CodeAnalysis.Testing.DefaultVerifier>;
using Verify = Microsoft.CodeAnalysis.CSharp.Testing.CSharpCodeFixVerifier<
    Kmem.Analyzers.Tests.Harness.ToyAnalyzer,
    Kmem.Analyzers.Tests.Harness.ToyFix,
    Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>What a code fix test accepts.</summary>
public class CodeFixHarnessTests
{
    private const string TwoFaults = "class C { public int [|one|], Two, [|three|]; }";
    private const string BothFixed = "class C { public int ONE, Two, THREE; }";

    [Fact]
    public Task The_first_action_is_the_default() => Verify.VerifyCodeFixAsync(TwoFaults, BothFixed);

    [Fact]
    public Task A_result_may_be_written_out_in_place_of_markup() => Verify.VerifyCodeFixAsync(
        "class C { public int {|#0:one|}, Two; }", Verify.Diagnostic().WithLocation(0).WithArguments("one"), "class C { public int ONE, Two; }");

    [Fact]
    public Task An_action_is_chosen_by_index() =>
        new Toy { TestCode = TwoFaults, FixedCode = "class C { public int One, Two, Three; }", CodeActionIndex = 1 }.RunAsync();

    [Fact]
    public Task An_action_is_chosen_by_key() =>
        new Toy { TestCode = TwoFaults, FixedCode = "class C { public int One, Two, Three; }", CodeActionEquivalenceKey = "capital" }.RunAsync();

    [Fact]
    public Task An_action_that_is_not_offered_leaves_the_code_as_it_is() =>
        new Toy { TestCode = TwoFaults, FixedCode = TwoFaults, CodeActionEquivalenceKey = "none" }.RunAsync();

    [Fact]
    public Task Iterations_may_be_counted_exactly() =>
        new Toy { TestCode = TwoFaults, FixedCode = BothFixed, NumberOfIncrementalIterations = 2, NumberOfFixAllIterations = 1 }.RunAsync();

    [Fact]
    public Task Without_fixed_code_only_the_diagnostics_are_checked() => Verify.VerifyAnalyzerAsync(TwoFaults);

    [Fact]
    public Task One_diagnostic_may_be_fixed_alone() => new Toy
    {
        TestCode = TwoFaults,
        FixedState = { Sources = { "class C { public int ONE, Two, [|three|]; }" }, MarkupHandling = MarkupMode.Allow },
        CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne | CodeFixTestBehaviors.SkipFixAllCheck,
    }.RunAsync();

    [Fact]
    public Task Documents_and_projects_are_fixed_in_one_round_each()
    {
        var test = new Toy
        {
            TestState = { Sources = { TwoFaults, "class D { public int [|small|]; }" } },
            FixedState = { Sources = { BothFixed, "class D { public int SMALL; }" } },
        };
        test.TestState.AdditionalProjects["Other"].Sources.Add("class E { public int [|other|]; }");
        test.FixedState.AdditionalProjects["Other"].Sources.Add("class E { public int OTHER; }");
        return test.RunAsync();
    }

    [Fact]
    public async Task The_action_can_be_looked_at()
    {
        var titles = new HashSet<string>();
        var test = new Toy { TestCode = TwoFaults, FixedCode = BothFixed, CodeActionVerifier = (action, _) => titles.Add(action.Title) };

        await test.RunAsync();

        Assert.Equal("Make it upper", Assert.Single(titles));
    }
}
