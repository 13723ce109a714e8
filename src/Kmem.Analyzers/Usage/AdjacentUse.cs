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
        if (use.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax block } statement || first is not (LocalDeclarationStatementSyntax or ExpressionStatementSyntax))
            return null;

        // `if (p != null) { memset(p, 0, n); ... }` or behind the check.
        var isGuarded = block.Parent is IfStatementSyntax { Condition: IsPatternExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } }
            && block.Statements[0] == statement && first.Parent != block;
        StatementSyntax last = isGuarded ? (IfStatementSyntax)block.Parent! : statement;
        return last.Parent is BlockSyntax list && list == first.Parent && IsNext(list, first, last) ? statement : null;
    }

    private static bool IsNext(BlockSyntax list, StatementSyntax first, StatementSyntax last)
    {
        var index = list.Statements.IndexOf(first) + 1;
        while (index < list.Statements.Count && list.Statements[index] != last && list.Statements[index] is IfStatementSyntax { Else: null })
            index++;
        return index < list.Statements.Count && list.Statements[index] == last;
    }
}
