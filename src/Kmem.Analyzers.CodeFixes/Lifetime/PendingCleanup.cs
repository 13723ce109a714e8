using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>
/// What a method would skip if it returned behind a statement: the calls further down that leave a section entered, or
/// release memory allocated, in front of it.
/// </summary>
internal sealed class PendingCleanup
{
    private readonly SectionCalls _sections;
    private readonly FixSite _site;
    private readonly string _holder;
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private PendingCleanup(string holder, FixSite site)
    {
        _holder = holder;
        _site = site;
        _sections = new SectionCalls(site);
    }

    public static IReadOnlyList<StatementSyntax> Find(StatementSyntax allocation, string holder, FixSite site)
    {
        var pending = new PendingCleanup(holder, site);
        foreach (var statement in Statements.InFront(allocation))
            pending.Note(statement);
        return Statements.Behind(allocation).Where(pending.Undoes).ToList();
    }

    // Statements that surely ran before the allocation, in their order.
    private void Note(StatementSyntax statement)
    {
        if (statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax))
            return;

        foreach (var call in statement.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            _open.ExceptWith(Undone(call));
            _open.UnionWith(Done(call));
        }
    }

    // Each once: what has been undone is no longer open.
    private bool Undoes(StatementSyntax statement)
    {
        if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } || !Undone(call).Any(_open.Contains))
            return false;

        _open.ExceptWith(Undone(call));
        return true;
    }

    private IEnumerable<string> Done(InvocationExpressionSyntax call)
    {
        foreach (var section in _sections.Entered(call))
            yield return section;
        if (Values.Target(Values.Dressed(call)) is { } target && (target as VariableDeclaratorSyntax)?.Identifier.Text is var name)
        {
            var place = name ?? Values.Text(target);
            if (place != _holder)
                yield return place;
        }
    }

    private IEnumerable<string> Undone(InvocationExpressionSyntax call)
    {
        foreach (var section in _sections.Left(call))
            yield return section;
        if (_site.Model.GetOperation(call) is not IInvocationOperation operation)
            yield break;

        var contract = _site.Contracts.Get(operation.TargetMethod);
        foreach (var argument in operation.Arguments)
        {
            if (argument.Parameter is { } parameter && contract.Parameter(parameter.Ordinal).Frees is not null)
                yield return Values.Text(argument.Value.Syntax);
        }
    }
}
