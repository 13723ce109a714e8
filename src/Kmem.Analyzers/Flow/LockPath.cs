using System.Linq;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Resolves a dotted path that a contract names (<c>lk</c>, <c>dev.lk</c>) in a method's scope: a parameter, field or property
/// first, then fields behind it, also through pointers and references.
/// </summary>
internal static class LockPath
{
    /// <summary>The symbols that a path names; null if one of them is not there.</summary>
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

    /// <summary>The address of what a path names inside the method itself.</summary>
    public static Value? AddressInside(string path, IMethodSymbol method) => Find(path, method) is { } symbols
        ? Address(symbols, ThisValue.Instance, parameter => EntryOf(parameter), new PathState(NoDomain.Instance))
        : null;

    /// <summary>The address of what a callee's path names, at a call of it.</summary>
    public static Value? AddressAt(string path, CallSite site, PathState state) => site.Method is { } method && Find(path, method) is { } symbols
        ? Address(symbols, site.Receiver, parameter => site.Argument(parameter.Ordinal), state)
        : null;

    private static Value? Address(ISymbol[] symbols, Value? receiver, System.Func<IParameterSymbol, Value?> argument, PathState state)
    {
        var (first, start) = symbols[0] is IParameterSymbol parameter
            ? (argument(parameter), parameter.RefKind == RefKind.None && symbols.Length == 1 && !IsReference(parameter.Type))
            : (new FieldAddress(symbols[0].IsStatic ? null : receiver, symbols[0]), true);
        var address = first;
        var isAddress = start || symbols[0] is IParameterSymbol { RefKind: not RefKind.None };
        for (var i = 1; i < symbols.Length && address is not null; i++)
        {
            var target = isAddress && IsReference(TypeOf(symbols[i - 1])) ? state.Load(address) : address;
            address = new FieldAddress(target, symbols[i]);
            isAddress = true;
        }

        return address;
    }

    private static EntryValue EntryOf(IParameterSymbol parameter) => new(new VariableAddress(parameter));

    private static bool IsReference(ITypeSymbol? type) => type is IPointerTypeSymbol or { IsReferenceType: true };

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

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private sealed record NoDomain : DomainState
    {
        public static readonly NoDomain Instance = new();

        public override DomainState Join(DomainState other) => this;
    }
}
