using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Context;

/// <summary>Finds where the lock that is taken was copied: into a parameter, a local or the variable of a loop.</summary>
internal static class CopiedLock
{
    private const int BoxedPart = 2;

    /// <summary>The declaration or expression that makes the copy; null where the lock is the one that is meant.</summary>
    /// <param name="call">The call that takes it.</param>
    public static SyntaxNodeOrToken? Find(Value address, IOperation call) => GivenByProperty(call) ?? StaleHandle.RootOf(address) switch
    {
        VariableAddress { Variable: IParameterSymbol { RefKind: RefKind.None, IsThis: false } parameter } => NameOf(parameter),
        VariableAddress { Variable: ILocalSymbol { IsRef: false } local } => CopyInto(DeclarationOf(local)) ?? AssignedTo(local),
        EntryValue { Address: VariableAddress { Variable: IParameterSymbol { RefKind: RefKind.In, Type.IsReadOnly: false } parameter } } when IsCalledOn(parameter, call) => NameOf(parameter),
        SiteValue { Part: BoxedPart, Syntax: ExpressionSyntax boxed } when IsPlace(WithoutCasts(boxed)) => WithoutCasts(boxed),
        _ => null,
    };

    // What a property gives by value is taken once, and gone.
    private static SyntaxNodeOrToken? GivenByProperty(IOperation call) => call is IInvocationOperation
    {
        Instance: IPropertyReferenceOperation { Property.RefKind: RefKind.None, Type: { IsValueType: true, IsReadOnly: false, IsRefLikeType: false }, Syntax: var given },
    } ? (SyntaxNodeOrToken?)given : null;

    // The compiler copies what is passed by `in` for each call of a member that may change it.
    private static bool IsCalledOn(IParameterSymbol parameter, IOperation call) =>
        call is IInvocationOperation { Instance: IParameterReferenceOperation reference } && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter);

    private static SyntaxNodeOrToken? NameOf(IParameterSymbol parameter) => DeclarationOf(parameter) is ParameterSyntax declared ? declared.Identifier : null;

    private static SyntaxNode? DeclarationOf(ISymbol variable) =>
        variable.DeclaringSyntaxReferences.Length == 1 ? variable.DeclaringSyntaxReferences[0].GetSyntax() : null;

    private static SyntaxNodeOrToken? CopyInto(SyntaxNode? declaration) => declaration switch
    {
        ForEachStatementSyntax loop => loop.Identifier,
        VariableDeclaratorSyntax { Initializer.Value: { } value } when IsPlace(value) => value,
        _ => null,
    };

    private static SyntaxNodeOrToken? AssignedTo(ILocalSymbol local) => DeclarationOf(local)?.FirstAncestorOrSelf<BlockSyntax>()?.DescendantNodes()
        .OfType<AssignmentExpressionSyntax>()
        .Where(assignment => assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && assignment.Left is IdentifierNameSyntax name && name.Identifier.ValueText == local.Name)
        .Select(assignment => assignment.Right)
        .FirstOrDefault(IsPlace) is { } copied ? (SyntaxNodeOrToken?)copied : null;

    private static ExpressionSyntax WithoutCasts(ExpressionSyntax value) => value is CastExpressionSyntax cast ? WithoutCasts(cast.Expression) : value;

    private static bool IsPlace(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax inner => IsPlace(inner.Expression),
        IdentifierNameSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax => true,
        PrefixUnaryExpressionSyntax { OperatorToken.ValueText: "*" } => true,
        _ => false,
    };
}
