using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The statement <c>p = alloc(...);</c> with the <c>if (p == null)</c> right behind it.</summary>
internal sealed class CheckedAllocation
{
    private readonly InvocationExpressionSyntax _call;

    private CheckedAllocation(InvocationExpressionSyntax call, StatementSyntax statement, IfStatementSyntax? check)
    {
        _call = call;
        Statement = statement;
        Check = check;
    }

    public StatementSyntax Statement { get; }

    public IfStatementSyntax? Check { get; }

    public StatementSyntax Last => Check ?? Statement;

    public IEnumerable<StatementSyntax> Parts => Check is null ? [Statement] : [Statement, Check];

    /// <summary>True if the allocating call is the only call of its statement.</summary>
    public bool CallsNothingElse => Statement.DescendantNodes().All(node =>
        node == _call || node is not (InvocationExpressionSyntax { Expression: not IdentifierNameSyntax { Identifier.ValueText: "nameof" } } or BaseObjectCreationExpressionSyntax));

    /// <summary>The allocation whose flags or call is reported; null if its result is not put into a local by a statement of its own.</summary>
    public static CheckedAllocation? At(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || !Allocates(call, site)
            || Values.Target(Values.Dressed(call)) is not { } target
            || Values.Variable(target, site.Model) is not { } variable
            || Statements.Enclosing(call) is not { } statement)
        {
            return null;
        }

        return new CheckedAllocation(call, statement, Statements.Next(statement) is { } next ? CheckOf(variable, next, site.Model) : null);
    }

    // Flags are what allocators take, also those that have no contract of their own.
    private static bool Allocates(InvocationExpressionSyntax call, FixSite site) =>
        site.Decision(DiagnosticProperties.FlagsType) is not null || site.Allocates(call);

    private static IfStatementSyntax? CheckOf(ISymbol variable, StatementSyntax statement, SemanticModel model) =>
        statement is IfStatementSyntax { Else: null } check
        && NullTest.Tested(check.Condition) is { } tested
        && SymbolEqualityComparer.Default.Equals(Values.Variable(tested, model), variable)
            ? check
            : null;
}
