using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>The field behind a member that does no more than give what it holds: <c>byte* Data => _data;</c>, <c>byte* Get(Device* d) => d->data;</c>.</summary>
internal static class FieldRead
{
    /// <summary>The field that a method reads, of its own object or of its only parameter; null where a call does anything else.</summary>
    public static IFieldSymbol? Of(IMethodSymbol method)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, Parameters.Length: <= 1, IsGenericMethod: false, IsVirtual: false, IsAbstract: false, IsOverride: false, ReturnsByRef: false, ReturnsByRefReadonly: false }
            || !Places.IsAddress(method.ReturnType) || (method is { IsStatic: true, Parameters.IsEmpty: true } && method.ContainingType.IsGenericType)
            || method.OriginalDefinition is not { DeclaringSyntaxReferences: { Length: 1 } references } definition
            || references[0].GetSyntax() is not MethodDeclarationSyntax { AttributeLists.Count: 0 } declaration)
            return null;

        var read = Returned(declaration.ExpressionBody, declaration.Body);
        return definition.Parameters.IsEmpty ? OfOwn(read, definition) : OfParameter(read, definition);
    }

    /// <summary>The field of its own object, or static one, that a member gives; null: something else.</summary>
    /// <param name="read">What the member gives.</param>
    public static IFieldSymbol? OfOwn(ExpressionSyntax? read, ISymbol member) => read switch
    {
        IdentifierNameSyntax identifier => Find(identifier, member.ContainingType, member),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => Find(name, member.ContainingType, member),
        _ => null,
    };

    /// <summary>What an arrow, or a block that does nothing else, gives, without casts.</summary>
    public static ExpressionSyntax? Returned(ArrowExpressionClauseSyntax? arrow, BlockSyntax? block)
    {
        var read = arrow?.Expression ?? (block is { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax { Expression: { } returned } ? returned : null);
        while (read is CastExpressionSyntax cast)
            read = cast.Expression;
        return read;
    }

    private static IFieldSymbol? OfParameter(ExpressionSyntax? read, IMethodSymbol method) =>
        method.IsStatic && method.Parameters[0] is { RefKind: RefKind.None } parameter
        && read is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax owner, Name: IdentifierNameSyntax name } && owner.Identifier.ValueText == parameter.Name
        && TypeBehind(parameter.Type) is { } type
            ? Find(name, type, method)
            : null;

    private static ITypeSymbol? TypeBehind(ITypeSymbol type) => type is IPointerTypeSymbol pointer ? pointer.PointedAtType : type.TypeKind == TypeKind.Class ? type : null;

    private static IFieldSymbol? Find(IdentifierNameSyntax name, ITypeSymbol type, ISymbol member)
    {
        foreach (var candidate in type.GetMembers(name.Identifier.ValueText))
        {
            if (candidate is IFieldSymbol { HasConstantValue: false, IsVolatile: false } field && IsOfType(field, member))
                return field;
        }

        return null;
    }

    private static bool IsOfType(IFieldSymbol field, ISymbol member) => member switch
    {
        IPropertySymbol property => field.IsStatic == property.IsStatic && AreAlike(field.Type, property.Type),
        IMethodSymbol method => field.IsStatic == (method.IsStatic && method.Parameters.IsEmpty) && AreAlike(field.Type, method.ReturnType),
        _ => false,
    };

    private static bool AreAlike(ITypeSymbol held, ITypeSymbol given) =>
        SymbolEqualityComparer.Default.Equals(held, given) || (Places.IsAddress(held) && Places.IsAddress(given));
}
