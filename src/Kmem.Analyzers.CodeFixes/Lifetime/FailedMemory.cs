using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>What holds the result of an allocation that has failed: code that would use it must not run.</summary>
internal sealed class FailedMemory
{
    private readonly string _holder;
    private readonly FixSite _site;

    public FailedMemory(string holder, FixSite site)
    {
        _holder = holder;
        _site = site;
    }

    public bool IsUsedBy(SyntaxNode code) => code.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Any(expression =>
        expression.ToString() == _holder && !IsNameOfMore(expression) && !IsHarmless(expression, code));

    // The p in x->p, or in p = ...
    private static bool IsNameOfMore(ExpressionSyntax expression) =>
        (expression.Parent is MemberAccessExpressionSyntax access && access.Name == expression)
        || (expression.Parent is AssignmentExpressionSyntax assignment && assignment.Left == expression);

    private bool IsHarmless(ExpressionSyntax expression, SyntaxNode code)
    {
        var value = Values.Dressed(expression);
        return value.Parent is ArgumentSyntax argument && AcceptsNull(argument)
            || value.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } or IsPatternExpressionSyntax or ReturnStatementSyntax
            || value.Ancestors().TakeWhile(node => node != code.Parent).OfType<IfStatementSyntax>().Any(test => test.Statement.Span.Contains(value.Span) && Mentions(test.Condition));
    }

    private bool AcceptsNull(ArgumentSyntax argument) =>
        _site.Decision(DiagnosticProperties.FailureLiteral) is null or "null" or "0"
        && _site.Model.GetOperation(argument) is IArgumentOperation { Parameter: { ContainingSymbol: IMethodSymbol method } parameter }
        && _site.Contracts.Get(method).Parameter(parameter.Ordinal) is { Frees: not null, DisallowsNull: false };

    private bool Mentions(ExpressionSyntax condition) => condition.DescendantNodesAndSelf().Any(node => node.ToString() == _holder);
}
