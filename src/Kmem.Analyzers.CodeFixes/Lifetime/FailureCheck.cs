using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A check that leaves on failure: the error code it sets, and how it leaves. What it undoes is its own affair.</summary>
internal sealed class FailureCheck
{
    private readonly StatementSyntax _exit;

    private FailureCheck(IfStatementSyntax check, IReadOnlyList<StatementSyntax> errorCodes, StatementSyntax exit)
    {
        Check = check;
        ErrorCodes = errorCodes;
        _exit = exit;
    }

    public IfStatementSyntax Check { get; }

    /// <summary>Statements like <c>ret = -ENOMEM;</c>.</summary>
    public IReadOnlyList<StatementSyntax> ErrorCodes { get; }

    /// <summary>The label it jumps to.</summary>
    public string? Label => (_exit as GotoStatementSyntax)?.Expression is IdentifierNameSyntax label ? label.Identifier.Text : null;

    public bool IsLoopExit => _exit is BreakStatementSyntax or ContinueStatementSyntax;

    /// <summary>False for what was taken in front of the loop, where the check stays in it or goes behind it.</summary>
    public bool Skips(OwedCall owed) => !IsLoopExit || Loop?.Span.Contains(owed.TakenAt) == true;

    public SyntaxNode[] Code => [.. ErrorCodes, _exit];

    public IEnumerable<string> Statements => Code.Select(statement => statement.ToString());

    /// <summary>Null for a check that goes on.</summary>
    public static FailureCheck? Of(IfStatementSyntax check)
    {
        var body = Syntax.Statements.Body(check.Statement);
        return body.Count > 0 && Jumps.Leaves(body[body.Count - 1])
            ? new FailureCheck(check, body.Where(SetsErrorCode).ToList(), body[body.Count - 1])
            : null;
    }

    private StatementSyntax? Loop => Syntax.Statements.AndEnclosing(Check).FirstOrDefault(statement =>
        statement is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
        || (statement is SwitchStatementSyntax && _exit is BreakStatementSyntax));

    private static bool SetsErrorCode(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax } assignment }
        && assignment.Right.Kind() is SyntaxKind.NumericLiteralExpression or SyntaxKind.FalseLiteralExpression or SyntaxKind.UnaryMinusExpression;
}
