using Kmem.Analyzers.Contracts;
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
        member is IFieldSymbol field && SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, definition))
        && !HasCode(definition.PartialImplementationPart ?? definition);

    // `get => field ??= Make();` has a field of the compiler's, and does more than one.
    private static bool HasCode(IPropertySymbol property) => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax declaration
        && (declaration.ExpressionBody is not null || declaration.AccessorList?.Accessors.Any(HasCode) == true);

    private static bool HasCode(AccessorDeclarationSyntax accessor) => accessor.Body is not null || accessor.ExpressionBody is not null;

    // `byte* Data => _data;`: who may only read gets what the field holds. What an attribute says of it, a field could not say.
    private static ISymbol? ReadField(IPropertySymbol definition, IPropertySymbol property)
    {
        if (property is not { SetMethod: null, RefKind: RefKind.None } || (property.IsStatic && property.ContainingType.IsGenericType)
            || definition.DeclaringSyntaxReferences[0].GetSyntax() is not PropertyDeclarationSyntax { AttributeLists.Count: 0 } declaration)
            return null;

        var getter = declaration.AccessorList is { Accessors: { Count: 1 } accessors } ? accessors[0] : null;
        return getter is { AttributeLists.Count: > 0 } ? null : FieldRead.OfOwn(FieldRead.Returned(declaration.ExpressionBody ?? getter?.ExpressionBody, getter?.Body), definition);
    }
}
