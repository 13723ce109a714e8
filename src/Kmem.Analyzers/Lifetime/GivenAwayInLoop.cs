using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// Memory that a loop gives away piece by piece: cut into blocks for a free list, or into rows. It is lost only where the loop
/// is run for no piece at all, and nobody allocates memory for that.
/// </summary>
internal static class GivenAwayInLoop
{
    /// <summary>Every round of a loop between the allocation and a place hands the memory, or an address in it, to something else.</summary>
    public static bool IsBetween(Memory memory, SyntaxNodeOrToken place)
    {
        if (memory.Site.FirstAncestorOrSelf<BlockSyntax>() is not { } block)
            return false;

        var names = NamesIn(block, memory.Holder);
        return block.DescendantNodes().OfType<StatementSyntax>().Any(statement => BodyOf(statement) is { } body
            && statement.SpanStart > memory.Site.Span.End && statement.Span.End <= place.SpanStart && EachRound(body).Any(each => Passes(each, names)));
    }

    // With the locals that walk over the memory: `byte* p = all;`.
    private static HashSet<string> NamesIn(BlockSyntax block, string holder)
    {
        var names = new HashSet<string> { holder };
        foreach (var variable in block.DescendantNodes().OfType<VariableDeclaratorSyntax>())
        {
            if (variable.Initializer is { Value: var value } && Passes(value, names))
                names.Add(variable.Identifier.ValueText);
        }

        return names;
    }

    private static StatementSyntax? BodyOf(StatementSyntax loop) => loop switch
    {
        ForStatementSyntax { Statement: var body } => body,
        CommonForEachStatementSyntax { Statement: var body } => body,
        WhileStatementSyntax { Statement: var body } => body,
        _ => null,
    };

    private static IEnumerable<StatementSyntax> EachRound(StatementSyntax body) =>
        (body is BlockSyntax block ? block.Statements : (IEnumerable<StatementSyntax>)new[] { body }).Where(statement => statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax);

    private static bool Passes(SyntaxNode code, HashSet<string> names) => code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
        .Any(name => names.Contains(name.Identifier.ValueText) && !IsFollowed(name));

    // What is read from the memory, or written to it, is not its address.
    private static bool IsFollowed(ExpressionSyntax pointer) => pointer.Parent switch
    {
        ElementAccessExpressionSyntax element when element.Expression == pointer => !IsAddressTaken(element),
        MemberAccessExpressionSyntax access when access.Expression == pointer => !IsAddressTaken(access),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } => true,
        _ => false,
    };

    private static bool IsAddressTaken(ExpressionSyntax place) => place.Parent is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression };
}
