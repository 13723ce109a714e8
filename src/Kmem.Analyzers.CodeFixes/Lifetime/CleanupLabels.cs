using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The labels further down that a statement may jump to.</summary>
internal sealed class CleanupLabels
{
    private readonly List<CleanupLabel> _labels;

    public CleanupLabels(StatementSyntax allocation, string holder, SyntaxNode function, AssignedVariables assigned, FixSite site)
    {
        var failed = new FailedMemory(holder, site);
        var balance = new CallBalance(site);
        var lists = Statements.AndEnclosing(allocation).Select(statement => statement.Parent).ToList();
        _labels = Statements.OwnNodes(function)
            .OfType<LabeledStatementSyntax>()
            .Where(label => label.SpanStart > allocation.Span.End && lists.Contains(label.Parent) && !IsBehindUsing(label, allocation))
            .Select(label => new CleanupLabel(label, balance))
            .Where(label => assigned.Cover(label.Code) && !label.Code.Any(failed.IsUsedBy))
            .ToList();
    }

    /// <summary>
    /// The last label behind which everything pending is undone; where nothing is pending, or no label undoes it all, the one
    /// that the method's check in front jumps to.
    /// </summary>
    public CleanupLabel? Covering(IReadOnlyList<OwedCall> pending, string? usual) =>
        (pending.Count > 0 ? _labels.LastOrDefault(label => pending.All(label.Does)) : null)
        ?? _labels.FirstOrDefault(label => label.Name == usual);

    // C# does not let goto pass a using declaration.
    private static bool IsBehindUsing(LabeledStatementSyntax label, StatementSyntax allocation) => Statements.Siblings(label).Any(statement =>
        statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 }
        && statement.SpanStart > allocation.SpanStart && statement.SpanStart < label.SpanStart);
}
