using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Usage;

/// <summary>A statement that uses memory right behind its allocation: nothing but the check for failure stands between.</summary>
internal static class AdjacentUse
{
    /// <summary>The using call's statement; null where something else stands between.</summary>
    public static StatementSyntax? Find(SyntaxNode allocation, SyntaxNode use)
    {
        var first = allocation.FirstAncestorOrSelf<StatementSyntax>();
        if (use.Parent is not ExpressionStatementSyntax statement || first is not (LocalDeclarationStatementSyntax or ExpressionStatementSyntax) || IsAlternative(allocation, first))
            return null;

        // `if (p != null) { memset(p, 0, n); ... }` or behind the check.
        var guarded = statement.Parent is BlockSyntax block && block.Statements[0] == statement && first.Parent != block ? block : (SyntaxNode)statement;
        StatementSyntax last = guarded.Parent is IfStatementSyntax { Condition: IsPatternExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } } guard
            && guard.Statement == guarded ? guard : statement;
        return last.Parent is BlockSyntax list && list == first.Parent && IsNext(list, first, last) ? statement : null;
    }

    // What is used may be other memory as well: `n > 64 ? kmalloc(n) : buffer`.
    private static bool IsAlternative(SyntaxNode allocation, StatementSyntax statement) => allocation.Ancestors().TakeWhile(outer => outer != statement)
        .Any(outer => outer is ConditionalExpressionSyntax or SwitchExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression });

    private static bool IsNext(BlockSyntax list, StatementSyntax first, StatementSyntax last)
    {
        var index = list.Statements.IndexOf(first) + 1;
        while (index < list.Statements.Count && list.Statements[index] != last && list.Statements[index] is IfStatementSyntax { Else: null })
            index++;
        return index < list.Statements.Count && list.Statements[index] == last;
    }
}
