using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Where the value of an expression goes, and how texts of expressions compare.</summary>
internal static class Values
{
    /// <summary>The code of an expression, without casts, blanks and comments: equal for equal places.</summary>
    public static string Text(SyntaxNode expression) =>
        (expression is ExpressionSyntax value ? Bare(value) : expression).NormalizeWhitespace(indentation: "", eol: " ").ToString();

    /// <summary>The expression without casts, parentheses and <c>!</c> around it.</summary>
    public static ExpressionSyntax Bare(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Bare(inner.Expression),
        CastExpressionSyntax cast => Bare(cast.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => Bare(suppressed.Operand),
        _ => expression,
    };

    /// <summary>Whether a statement has an expression that reads as a text does.</summary>
    public static bool IsWrittenIn(StatementSyntax statement, string text) =>
        statement.DescendantNodes().OfType<ExpressionSyntax>().Any(expression => expression.ToString() == text);

    /// <summary>The outermost expression that is this one's value: with the casts, parentheses and <c>!</c> around it.</summary>
    public static ExpressionSyntax Dressed(ExpressionSyntax expression)
    {
        while (expression.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax
            or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            expression = (ExpressionSyntax)expression.Parent;
        }

        return expression;
    }

    /// <summary>
    /// What a value is stored into by the statement <c>x = value;</c> or <c>T x = value;</c>: the declarator or the
    /// expression on the left; null for a value used otherwise.
    /// </summary>
    public static SyntaxNode? Target(ExpressionSyntax value) => value.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } declarator } => declarator,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax } assignment
            when assignment.Right == value => assignment.Left,
        _ => null,
    };

    /// <summary>A local or parameter that a target, or the expression that names it, is; null for anything else.</summary>
    public static ISymbol? Variable(SyntaxNode? node, SemanticModel model)
    {
        var symbol = node switch
        {
            VariableDeclaratorSyntax declarator => model.GetDeclaredSymbol(declarator),
            IdentifierNameSyntax name => model.GetSymbolInfo(name).Symbol,
            DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax designation } => model.GetDeclaredSymbol(designation),
            _ => null,
        };
        return symbol is ILocalSymbol or IParameterSymbol ? symbol : null;
    }
}
