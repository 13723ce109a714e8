using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <summary>Finds where the lock that is taken was copied: into a parameter, a local or the variable of a loop.</summary>
internal static class CopiedLock
{
    /// <summary>The declaration or expression that makes the copy; null where the lock is the one that is meant.</summary>
    public static SyntaxNodeOrToken? Find(Value address) => StaleHandle.RootOf(address) switch
    {
        VariableAddress { Variable: IParameterSymbol { RefKind: RefKind.None, IsThis: false } parameter } => DeclarationOf(parameter) is ParameterSyntax declared ? declared.Identifier : null,
        VariableAddress { Variable: ILocalSymbol { IsRef: false } local } => CopyInto(DeclarationOf(local)),
        _ => null,
    };

    private static SyntaxNode? DeclarationOf(ISymbol variable) =>
        variable.DeclaringSyntaxReferences.Length == 1 ? variable.DeclaringSyntaxReferences[0].GetSyntax() : null;

    private static SyntaxNodeOrToken? CopyInto(SyntaxNode? declaration) => declaration switch
    {
        ForEachStatementSyntax loop => loop.Identifier,
        VariableDeclaratorSyntax { Initializer.Value: { } value } when IsPlace(value) => value,
        _ => null,
    };

    private static bool IsPlace(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax inner => IsPlace(inner.Expression),
        IdentifierNameSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax => true,
        PrefixUnaryExpressionSyntax { OperatorToken.ValueText: "*" } => true,
        _ => false,
    };
}
