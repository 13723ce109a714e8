using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// Finds what a dotted path in a contract (<c>lk</c>, <c>dev.lk</c>) names in a method's scope: a parameter, field or property
/// first, then fields behind it, also through pointers and references.
/// </summary>
internal static class ScopePath
{
    /// <summary>The symbols that a path names, one for each part; null if one of them is not there.</summary>
    public static ISymbol[]? Find(string path, IMethodSymbol method)
    {
        var names = path.Split('.');
        var symbols = new ISymbol[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var found = i == 0 ? FindFirst(names[0], method) : FindMember(TypeOf(symbols[i - 1]), names[i]);
            if (found is null)
                return null;
            symbols[i] = found;
        }

        return symbols;
    }

    /// <summary>The type of what a part names.</summary>
    public static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static ISymbol? FindFirst(string name, IMethodSymbol method) =>
        method.Parameters.FirstOrDefault(parameter => parameter.Name == name) as ISymbol ?? FindMember(method.ContainingType, name);

    private static ISymbol? FindMember(ITypeSymbol? type, string name)
    {
        for (var each = type is IPointerTypeSymbol pointer ? pointer.PointedAtType : type; each is not null; each = each.BaseType)
        {
            if (each.GetMembers(name).FirstOrDefault(member => member is IFieldSymbol or IPropertySymbol) is { } found)
                return found;
        }

        return null;
    }
}
