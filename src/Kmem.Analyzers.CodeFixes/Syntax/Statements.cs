using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Statements, the lists they stand in, and the function they belong to.</summary>
internal static class Statements
{
    /// <summary>The statement that evaluates a node; null where a lambda or a member stands between.</summary>
    public static StatementSyntax? Enclosing(SyntaxNode? node)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            if (current is StatementSyntax statement)
                return statement;
            if (current is AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax)
                return null;
        }

        return null;
    }

    /// <summary>The statements of the list a statement stands in; none for an embedded statement (<c>if (x) y();</c>).</summary>
    public static IReadOnlyList<StatementSyntax> Siblings(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } =>
            unit.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).ToList(),
        _ => [],
    };

    /// <summary>The statements of one list that stand behind the first and in front of the last; null where they share no list in that order.</summary>
    public static IReadOnlyList<StatementSyntax>? Between(StatementSyntax first, StatementSyntax last)
    {
        var siblings = Siblings(first).ToList();
        var from = siblings.IndexOf(first);
        var to = siblings.IndexOf(last);
        return from >= 0 && from < to ? siblings.GetRange(from + 1, to - from - 1) : null;
    }

    /// <summary>The statement right behind this one in its list.</summary>
    public static StatementSyntax? Next(StatementSyntax statement) =>
        Siblings(statement).SkipWhile(sibling => sibling != statement).Skip(1).FirstOrDefault();

    /// <summary>The statements of a body, whether or not it has braces.</summary>
    public static IReadOnlyList<StatementSyntax> Body(StatementSyntax body) =>
        body is BlockSyntax block ? block.Statements : new[] { body }; // no SyntaxList: that would copy the node out of its tree

    /// <summary>The statement behind its labels.</summary>
    public static StatementSyntax WithoutLabels(StatementSyntax statement) =>
        statement is LabeledStatementSyntax label ? WithoutLabels(label.Statement) : statement;

    /// <summary>The statement and those it stands in, up to the end of its function.</summary>
    public static IEnumerable<StatementSyntax> AndEnclosing(StatementSyntax statement) => statement
        .AncestorsAndSelf()
        .TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax or LocalFunctionStatementSyntax)
            || node is GlobalStatementSyntax)
        .OfType<StatementSyntax>();

    /// <summary>The statements of this list and those around it that ran before, in their order.</summary>
    public static IEnumerable<StatementSyntax> InFront(StatementSyntax statement) => AndEnclosing(statement).Reverse()
        .SelectMany(outer => Siblings(outer).TakeWhile(sibling => sibling != outer))
        .Select(WithoutLabels);

    /// <summary>The statements of this list and those around it that come next, in their order.</summary>
    public static IEnumerable<StatementSyntax> Behind(StatementSyntax statement) => AndEnclosing(statement)
        .SelectMany(outer => Siblings(outer).SkipWhile(sibling => sibling != outer).Skip(1))
        .Select(WithoutLabels);

    /// <summary>What runs finally where a statement is left, the innermost first.</summary>
    public static IEnumerable<BlockSyntax> FinallyAround(StatementSyntax statement) => AndEnclosing(statement)
        .OfType<TryStatementSyntax>()
        .Where(outer => outer.Block.Span.Contains(statement.Span))
        .Select(outer => outer.Finally?.Block)
        .OfType<BlockSyntax>();

    /// <summary>The lambda, local function, accessor or member whose code a node is; the compilation unit for top-level statements.</summary>
    public static SyntaxNode? Function(SyntaxNode node) => node.Ancestors().FirstOrDefault(IsFunction);

    /// <summary>The nodes of a function's own code, without the functions inside it.</summary>
    public static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode function) =>
        function.DescendantNodes(node => node == function || !IsFunction(node));

    /// <summary>True for a local of the function itself, not of one around it.</summary>
    public static bool Declares(SyntaxNode function, ILocalSymbol local) =>
        local.DeclaringSyntaxReferences.All(reference => Function(reference.GetSyntax()) == function);

    private static bool IsFunction(SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            or CompilationUnitSyntax or BaseTypeDeclarationSyntax
        || (node is MemberDeclarationSyntax && node is not GlobalStatementSyntax);
}
