namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How often a fix is to be applied: exactly so often, or at most.</summary>
/// <param name="Number">Zero or positive: exactly; negative: at most its absolute value.</param>
internal readonly record struct IterationLimit(int Number)
{
    public int Maximum => Math.Abs(Number);

    public void Verify(int count, SelectedFix? last, IVerifier verifier)
    {
        if (Number == 0 && count > 0)
            verifier.Fail($"No fix is expected, but '{last?.Action.Title}' is offered for {Describe(last)}.");
        if (count > Maximum)
            verifier.Fail($"The fix is expected to be applied {Describe()}, but after that it is still offered: '{last?.Action.Title}' for {Describe(last)}.");
        if (Number > 0 && count < Number)
            verifier.Fail($"The fix is expected to be applied {Describe()}, but it was applied {count} times.");
    }

    private static string Describe(SelectedFix? fix) => fix is null ? "nothing" : DiagnosticReport.Describe(fix.Diagnostic);

    private string Describe() => $"{(Number < 0 ? "at most " : "")}{Maximum} times";
}
