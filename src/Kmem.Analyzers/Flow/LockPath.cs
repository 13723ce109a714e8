using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// The address of the lock that a dotted path in a contract names, seen from inside the method or from a call of it.
/// </summary>
internal static class LockPath
{
    /// <summary>The address of what a path names inside the method itself.</summary>
    public static Value? AddressInside(string path, IMethodSymbol method) => ScopePath.Find(path, method) is { } symbols
        ? Address(symbols, ThisValue.Instance, parameter => EntryOf(parameter), new PathState(NoDomain.Instance))
        : null;

    /// <summary>The address of what a callee's path names, at a call of it.</summary>
    public static Value? AddressAt(string path, CallSite site, PathState state) => site.Method is { } method && ScopePath.Find(path, method) is { } symbols
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
            var target = isAddress && IsReference(ScopePath.TypeOf(symbols[i - 1])) ? state.Load(address) : address;
            address = new FieldAddress(target, symbols[i]);
            isAddress = true;
        }

        return address;
    }

    private static EntryValue EntryOf(IParameterSymbol parameter) => new(new VariableAddress(parameter));

    private static bool IsReference(ITypeSymbol? type) => type is IPointerTypeSymbol or { IsReferenceType: true };

    private sealed record NoDomain : DomainState
    {
        public static readonly NoDomain Instance = new();

        public override DomainState Join(DomainState other) => this;
    }
}
