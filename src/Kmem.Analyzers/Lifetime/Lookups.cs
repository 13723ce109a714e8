using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Calls that look for a number among others: a collection of addresses compares them, and follows none.</summary>
internal static class Lookups
{
    private static readonly string[] Names =
    {
        "Remove", "TryRemove", "Contains", "IndexOf", "LastIndexOf", "BinarySearch", "TryGet", "GetValue", "Equals", "CompareTo",
    };

    /// <summary>Whether a library's method or indexer takes an argument of whatever type, to find its like. What is added to a collection is stored.</summary>
    public static bool IsFor(IParameterSymbol parameter) => parameter is { OriginalDefinition.Type: ITypeParameterSymbol, ContainingSymbol: { DeclaringSyntaxReferences.IsEmpty: true } asked }
        && (asked is IPropertySymbol || Array.Exists(Names, name => asked.Name.StartsWith(name, StringComparison.Ordinal)));
}
