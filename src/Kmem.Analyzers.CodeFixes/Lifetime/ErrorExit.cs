using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>
/// How a method leaves when an allocation fails: it undoes what it has done so far, by one of its own cleanup labels or by the
/// same calls it makes further down, and then returns as its other checks do, or as its type asks.
/// </summary>
internal sealed class ErrorExit
{
    private ErrorExit(IReadOnlyList<string> statements, bool wantsBraces)
    {
        Statements = statements;
        WantsBraces = wantsBraces;
    }

    /// <summary>The statements to write, each one line.</summary>
    public IReadOnlyList<string> Statements { get; }

    /// <summary>True if a single statement gets braces, as in the method's other checks, or else as the code style says.</summary>
    public bool WantsBraces { get; }

    /// <summary>Null where no way out is known to be right.</summary>
    public static ErrorExit? Find(StatementSyntax allocation, InvocationExpressionSyntax call, string holder, FixSite site)
    {
        if (Syntax.Statements.Function(allocation) is not { } function || allocation.Ancestors().TakeWhile(node => node != function).Any(node => node is FinallyClauseSyntax))
            return null;

        var assigned = new AssignedVariables(allocation, site.Model);
        var checks = new FailureChecks(allocation, function, assigned, site);
        if (PendingCleanup.Find(allocation, holder, function, assigned, site) is not { } pending)
            return null;

        var steps = Leave(pending, holder, checks, new CleanupLabels(allocation, holder, function, assigned, site), new ReturnByType(allocation, call, assigned, site));
        return new ErrorExit(steps, checks.HaveBraces ?? PrefersBraces(site));
    }

    private static List<string> Leave(
        IReadOnlyList<OwedCall> pending, string holder, FailureChecks checks, CleanupLabels labels, ReturnByType byType)
    {
        var model = checks.InFront;
        if (labels.Covering(pending, model?.Label) is { } label)
            return [.. label.Skipped(pending).Select(owed => owed.Text), .. label.Preparation(model, holder, byType), "goto " + label.Name + ";"];

        var exit = model is { Label: null } ? model : checks.Behind;
        return [.. pending.Where(owed => exit?.Skips(owed) ?? true).Select(owed => owed.Text), .. exit?.Statements ?? [byType.Statement]];
    }

    private static bool PrefersBraces(FixSite site) =>
        site.Options.TryGetValue("csharp_prefer_braces", out var style) && style.StartsWith("true", StringComparison.OrdinalIgnoreCase);
}
