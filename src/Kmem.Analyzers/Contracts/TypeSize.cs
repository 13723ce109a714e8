using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>How many bytes a value of a type takes in memory, on a machine with 64-bit addresses.</summary>
/// <param name="Bytes">The size as <c>sizeof</c> tells it.</param>
/// <param name="Alignment">The addresses of values are multiples of this.</param>
internal readonly record struct TypeSize(long Bytes, int Alignment)
{
    private const int MaxNesting = 16;

    private static readonly TypeSize Address = new(8, 8);

    private static readonly ImmutableDictionary<SpecialType, int> Primitives = new Dictionary<SpecialType, int>
    {
        [SpecialType.System_Boolean] = 1,
        [SpecialType.System_SByte] = 1,
        [SpecialType.System_Byte] = 1,
        [SpecialType.System_Char] = 2,
        [SpecialType.System_Int16] = 2,
        [SpecialType.System_UInt16] = 2,
        [SpecialType.System_Int32] = 4,
        [SpecialType.System_UInt32] = 4,
        [SpecialType.System_Single] = 4,
        [SpecialType.System_Int64] = 8,
        [SpecialType.System_UInt64] = 8,
        [SpecialType.System_Double] = 8,
        [SpecialType.System_DateTime] = 8,
    }.ToImmutableDictionary();

    // Structs of the framework whose fields reference assemblies do not tell.
    private static readonly ImmutableDictionary<string, TypeSize> Framework = new Dictionary<string, TypeSize>
    {
        ["System.Decimal"] = new(16, 8),
        ["System.Guid"] = new(16, 4),
        ["System.Half"] = new(2, 2),
        ["System.Index"] = new(4, 4),
        ["System.Int128"] = new(16, 16),
        ["System.Memory"] = new(16, 8),
        ["System.Range"] = new(8, 4),
        ["System.ReadOnlyMemory"] = new(16, 8),
        ["System.ReadOnlySpan"] = new(16, 8),
        ["System.Span"] = new(16, 8),
        ["System.TimeSpan"] = new(8, 8),
        ["System.UInt128"] = new(16, 16),
    }.ToImmutableDictionary();

    /// <summary>The size of a type; null where it is not known: a type parameter, a type with errors.</summary>
    public static TypeSize? Of(ITypeSymbol type) => Of(type, nesting: 0);

    private static TypeSize? Of(ITypeSymbol type, int nesting)
    {
        if (Primitives.TryGetValue(type.SpecialType, out var bytes))
            return new TypeSize(bytes, bytes);
        if (type.TypeKind == TypeKind.Error)
            return null;
        if (type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr
            || type is IPointerTypeSymbol or IFunctionPointerTypeSymbol || type.IsReferenceType)
            return Address;

        return type switch
        {
            INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } => Of(underlying, nesting),
            INamedTypeSymbol { TypeKind: TypeKind.Struct } structure when nesting < MaxNesting => OfStruct(structure, nesting + 1),
            _ => null,
        };
    }

    private static TypeSize? OfStruct(INamedTypeSymbol structure, int nesting)
    {
        var name = structure.ContainingNamespace + "." + structure.Name;
        if (Framework.TryGetValue(name, out var known))
            return known;
        if (structure.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            return Of(structure.TypeArguments[0], nesting) is { } value ? new TypeSize(value.Bytes + value.Alignment, value.Alignment) : null;

        var layout = StructLayout.Of(structure);
        var end = 0L;
        var alignment = 1;
        foreach (var field in structure.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst))
        {
            if (OfField(field, nesting) is not { } size)
                return null;

            var step = layout.Pack > 0 ? Math.Min(size.Alignment, layout.Pack) : size.Alignment;
            alignment = Math.Max(alignment, step);
            end = layout.IsExplicit
                ? Math.Max(end, StructLayout.OffsetOf(field) + size.Bytes)
                : RoundUp(end, step) + size.Bytes;
        }

        var bytes = Math.Max(Math.Max(RoundUp(end, alignment), 1), layout.Size);
        return new TypeSize(bytes * layout.Elements, alignment);
    }

    private static TypeSize? OfField(IFieldSymbol field, int nesting)
    {
        if (!field.IsFixedSizeBuffer)
            return Of(field.Type, nesting);

        return field.Type is IPointerTypeSymbol { PointedAtType: var element } && Of(element, nesting) is { } size
            ? new TypeSize(size.Bytes * field.FixedSize, size.Alignment)
            : null;
    }

    private static long RoundUp(long offset, int step) => (offset + step - 1) / step * step;

    /// <summary>What attributes say of a struct's fields in memory.</summary>
    private readonly record struct StructLayout(bool IsExplicit, int Pack, int Size, int Elements)
    {
        public static StructLayout Of(INamedTypeSymbol structure)
        {
            var layout = new StructLayout(false, 0, 0, 1);
            foreach (var attribute in structure.GetAttributes())
            {
                if (attribute.AttributeClass?.Name == "StructLayoutAttribute")
                {
                    layout = layout with
                    {
                        IsExplicit = attribute.ConstructorArguments.Select(argument => argument.Value).FirstOrDefault() is 2 or (short)2,
                        Pack = Named(attribute, "Pack"),
                        Size = Named(attribute, "Size"),
                    };
                }
                else if (attribute.AttributeClass?.Name == "InlineArrayAttribute")
                {
                    layout = layout with { Elements = Math.Max(attribute.ConstructorArguments.Select(argument => argument.Value as int?).FirstOrDefault() ?? 1, 1) };
                }
            }

            return layout;
        }

        public static int OffsetOf(IFieldSymbol field) => field.GetAttributes()
            .Where(attribute => attribute.AttributeClass?.Name == "FieldOffsetAttribute")
            .Select(attribute => attribute.ConstructorArguments.Select(argument => argument.Value as int?).FirstOrDefault())
            .FirstOrDefault() ?? 0;

        private static int Named(AttributeData attribute, string name) => attribute.NamedArguments
            .Where(argument => argument.Key == name).Select(argument => argument.Value.Value as int?).FirstOrDefault() ?? 0;
    }
}
