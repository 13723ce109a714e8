using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>What is known of places from their addresses alone.</summary>
internal static class Places
{
    /// <summary>The type of what stands at an address; null where it does not tell.</summary>
    public static ITypeSymbol? TypeOf(Value address) => address switch
    {
        VariableAddress { Variable: ILocalSymbol local } => local.Type,
        VariableAddress { Variable: IParameterSymbol parameter } => parameter.Type,
        FieldAddress { Field: IFieldSymbol field } => field.Type,
        FieldAddress { Field: IPropertySymbol property } => property.Type,
        FieldAddress { Field: IParameterSymbol kept } => kept.Type,
        ElementAddress { Target: EntryValue { Address: var pointer } } => ElementOf(TypeOf(pointer)),
        ElementAddress { Target: FieldAddress buffer } => ElementOf(TypeOf(buffer)),
        _ => null,
    };

    /// <summary>Whether values of a type are addresses: pointers, and native integers.</summary>
    public static bool IsAddress(ITypeSymbol? type) =>
        type is IPointerTypeSymbol || type?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>Whether values of a type are addresses, or numbers that are wide enough for one.</summary>
    public static bool MayHoldAddress(ITypeSymbol? type) => IsAddress(type) || IsWideNumber(type);

    /// <summary>Whether a type is a number that has room for an address.</summary>
    public static bool IsWideNumber(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64;

    /// <summary>Whether a type is a number that stands for nothing else: neither an address nor a flag.</summary>
    public static bool IsPlainNumber(ITypeSymbol? type) =>
        type?.TypeKind == TypeKind.Struct && type.SpecialType is >= SpecialType.System_Char and <= SpecialType.System_Double;

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => pointer.PointedAtType,
        IArrayTypeSymbol array => array.ElementType,
        _ => null,
    };
}
