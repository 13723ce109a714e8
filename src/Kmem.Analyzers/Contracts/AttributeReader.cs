using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>Reads the contract attributes of symbols, in source or metadata, into clauses.</summary>
internal static class AttributeReader
{
    private const string Suffix = "Attribute";

    private static readonly HashSet<string> NullnessWords = new()
    {
        "MaybeNull", "NotNull", "NotNullWhen", "DisallowNull", "DoesNotReturn", "DoesNotReturnIf",
    };

    /// <summary>The clauses written on a method itself, its return value, its parameters and the property it belongs to.</summary>
    public static IEnumerable<ContractClause> ReadMethod(IMethodSymbol method)
    {
        foreach (var clause in Read(method.GetAttributes(), ContractTarget.Member))
            yield return clause;

        if (method.AssociatedSymbol is IPropertySymbol property)
        {
            foreach (var clause in Read(property.GetAttributes(), ContractTarget.Member))
                yield return clause;
        }

        foreach (var clause in Read(method.GetReturnTypeAttributes(), ContractTarget.Return))
            yield return clause;

        foreach (var parameter in method.Parameters)
        {
            foreach (var clause in Read(parameter.GetAttributes(), ContractTarget.OfParameter(parameter.Name)))
                yield return clause;
        }
    }

    /// <summary>Whether an attribute of a property says more of its accessors than what may be null.</summary>
    public static bool PromisesMore(IPropertySymbol property) =>
        Read(property.GetAttributes(), ContractTarget.Member).Any(static clause => !NullnessWords.Contains(clause.Word));

    /// <summary>The clauses written on a type: a delegate's contract, or one for every member.</summary>
    public static IEnumerable<ContractClause> ReadType(INamedTypeSymbol type) => Read(type.GetAttributes(), ContractTarget.Member);

    /// <summary>Reads one attribute; null if it is no contract.</summary>
    public static ContractClause? ReadOne(AttributeData attribute, ContractTarget target) =>
        TryGetWord(attribute, out var word) ? new ContractClause(target, word, Arguments(attribute), Named(attribute)) : null;

    private static IEnumerable<ContractClause> Read(ImmutableArray<AttributeData> attributes, ContractTarget target)
    {
        foreach (var attribute in attributes)
        {
            if (ReadOne(attribute, target) is { } clause)
                yield return clause;
        }
    }

    private static bool TryGetWord(AttributeData attribute, out string word)
    {
        word = "";
        if (attribute.AttributeClass is not { } type || !type.Name.EndsWith(Suffix, System.StringComparison.Ordinal))
            return false;

        word = type.Name.Substring(0, type.Name.Length - Suffix.Length);
        return IsIn(type, "Kmem", "Annotations") || (NullnessWords.Contains(word) && IsIn(type, "System", "Diagnostics", "CodeAnalysis"));
    }

    private static bool IsIn(INamedTypeSymbol type, params string[] names)
    {
        var space = type.ContainingType is null ? type.ContainingNamespace : null;
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (space is null || space.Name != names[i])
                return false;
            space = space.ContainingNamespace;
        }

        return space is { IsGlobalNamespace: true };
    }

    private static ImmutableArray<object> Arguments(AttributeData attribute) =>
        attribute.ConstructorArguments.SelectMany(Values).ToImmutableArray();

    private static ImmutableDictionary<string, object> Named(AttributeData attribute)
    {
        var named = ImmutableDictionary<string, object>.Empty;
        foreach (var argument in attribute.NamedArguments)
        {
            if (Values(argument.Value).FirstOrDefault() is { } value)
                named = named.SetItem(argument.Key, value);
        }

        return named;
    }

    // Arguments of a wrong type or null (code that does not compile, attributes of another library) are left out.
    private static IEnumerable<object> Values(TypedConstant constant)
    {
        if (constant.Kind == TypedConstantKind.Array)
            return constant.Values.IsDefault ? Enumerable.Empty<object>() : constant.Values.SelectMany(Values);
        if (constant.Kind == TypedConstantKind.Enum)
            return EnumName(constant) is { } name ? new object[] { new EnumMember(name) } : Enumerable.Empty<object>();
        if (constant.Kind != TypedConstantKind.Primitive)
            return Enumerable.Empty<object>();

        return constant.Value switch
        {
            string or bool => new[] { constant.Value },
            ulong value => new object[] { unchecked((long)value) },
            sbyte or byte or short or ushort or int or uint or long => new object[] { System.Convert.ToInt64(constant.Value, null) },
            _ => Enumerable.Empty<object>(),
        };
    }

    private static string? EnumName(TypedConstant constant) => constant.Type?.GetMembers().OfType<IFieldSymbol>()
        .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, constant.Value))?.Name;
}
