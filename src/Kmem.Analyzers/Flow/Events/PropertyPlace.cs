using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>The place behind a property that does no more than a field would.</summary>
internal static class PropertyPlace
{
    /// <summary>The field that a property stands for: an automatic property is its own; null where reading it is a call.</summary>
    public static ISymbol? Of(IPropertySymbol property)
    {
        if (property.IsIndexer || property.IsVirtual || property.IsAbstract || property.IsOverride
            || property.ContainingType?.TypeKind is not (TypeKind.Class or TypeKind.Struct)
            || property.OriginalDefinition is not { DeclaringSyntaxReferences.Length: > 0 } definition)
            return null;

        return !IsAutomatic(definition) ? ReadField(definition, property) : AttributeReader.PromisesMore(definition) ? null : property;
    }

    private static bool IsAutomatic(IPropertySymbol definition) => definition.ContainingType.GetMembers().Any(member =>
        member is IFieldSymbol field && SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, definition));

    // `byte* Data => _data;`: who may only read gets what the field holds. What an attribute says of it, a field could not say.
    private static ISymbol? ReadField(IPropertySymbol definition, IPropertySymbol property)
    {
        if (property is not { SetMethod: null, RefKind: RefKind.None } || (property.IsStatic && property.ContainingType.IsGenericType)
            || definition.DeclaringSyntaxReferences[0].GetSyntax() is not PropertyDeclarationSyntax { AttributeLists.Count: 0 } declaration
            || FieldName(declaration) is not { } name)
            return null;

        foreach (var member in definition.ContainingType.GetMembers(name))
        {
            if (member is IFieldSymbol { HasConstantValue: false, IsVolatile: false } field && field.IsStatic == definition.IsStatic
                && (SymbolEqualityComparer.Default.Equals(field.Type, definition.Type) || (Places.IsAddress(field.Type) && Places.IsAddress(definition.Type))))
                return field;
        }

        return null;
    }

    private static string? FieldName(PropertyDeclarationSyntax declaration)
    {
        var getter = declaration.AccessorList is { Accessors: { Count: 1 } accessors } ? accessors[0] : null;
        if (getter is { AttributeLists.Count: > 0 })
            return null;

        var arrow = declaration.ExpressionBody ?? getter?.ExpressionBody;
        var read = arrow?.Expression ?? (getter?.Body is { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax { Expression: { } returned } ? returned : null);
        while (read is CastExpressionSyntax cast)
            read = cast.Expression;

        return read switch
        {
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => name.Identifier.ValueText,
            _ => null,
        };
    }
}
