using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The checks of other allocations in a method: the pattern for a new one.</summary>
internal sealed class FailureChecks
{
    private readonly StatementSyntax _allocation;
    private readonly AssignedVariables _assigned;
    private readonly FixSite _site;
    private readonly List<IfStatementSyntax> _checks;

    public FailureChecks(StatementSyntax allocation, SyntaxNode function, AssignedVariables assigned, FixSite site)
    {
        _allocation = allocation;
        _assigned = assigned;
        _site = site;
        _checks = Statements.OwnNodes(function).OfType<IfStatementSyntax>().Where(IsCheckOfAllocation).ToList();
    }

    /// <summary>The nearest one in front that leaves in a way open to the allocation.</summary>
    public FailureCheck? InFront => _checks
        .Where(check => check.Span.End <= _allocation.SpanStart)
        .Reverse()
        .Select(FailureCheck.Of)
        .FirstOrDefault(IsOpen);

    /// <summary>Where none is in front, the first one behind; the labels it jumps to release what this allocation has not got.</summary>
    public FailureCheck? Behind => InFront is not null ? null : _checks
        .Where(check => check.SpanStart >= _allocation.Span.End)
        .Select(FailureCheck.Of)
        .FirstOrDefault(check => check is { Label: null } && IsOpen(check));

    /// <summary>Whether they have braces around one statement; null where none has one statement.</summary>
    public bool? HaveBraces => _checks.Find(check => Statements.Body(check.Statement).Count == 1) is { } single ? single.Statement is BlockSyntax : null;

    // if (p == null) right behind p = kmalloc(...): other calls that give null fail for other reasons.
    private bool IsCheckOfAllocation(IfStatementSyntax check) =>
        NullTest.Tested(check.Condition) is { } tested
        && Statements.Siblings(check).TakeWhile(sibling => sibling != check).LastOrDefault() is { } before
        && before.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Stores(call, tested) && _site.Allocates(call));

    private static bool Stores(InvocationExpressionSyntax call, ExpressionSyntax place) => Values.Target(Values.Dressed(call)) switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.Text == Values.Text(place),
        { } target => Values.Text(target) == Values.Text(place),
        null => false,
    };

    private bool IsOpen(FailureCheck? check) => check is not null
        && _assigned.Cover(check.Code)
        && (!check.IsLoopExit || check.Check.Parent == _allocation.Parent);
}
