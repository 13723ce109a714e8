using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Usage;

/// <summary>Finds what serves better than an allocator, among the members of its type, by their contracts.</summary>
internal sealed class SiblingAllocators
{
    private readonly ContractTable _contracts;

    public SiblingAllocators(ContractTable contracts) => _contracts = contracts;

    /// <summary>The allocator of the same memory that takes a count and a size, and multiplies them with care.</summary>
    public IMethodSymbol? FindForArrays(IMethodSymbol allocator, int size)
    {
        var types = TypesOf(allocator).ToList();
        types.Insert(size, types[size]);
        return Find(allocator, candidate => HasTypes(candidate, types) && FamilyOf(candidate) == FamilyOf(allocator));
    }

    /// <summary>The parameter of an allocator for arrays that is the size of one element: behind the count, where an allocator of the same memory takes the whole size.</summary>
    public bool IsSizeOfElement(IMethodSymbol array, int parameter)
    {
        if (parameter == 0 || !SymbolEqualityComparer.Default.Equals(array.Parameters[parameter - 1].Type, array.Parameters[parameter].Type))
            return false;

        var types = TypesOf(array).ToList();
        types.RemoveAt(parameter);
        return Find(array, candidate => HasTypes(candidate, types) && FamilyOf(candidate) == FamilyOf(array) && _contracts.Get(candidate).Parameter(parameter - 1).MaxSize is not null) is not null;
    }

    /// <summary>The allocator that takes the same arguments, and has no largest size.</summary>
    public IMethodSymbol? FindUnlimited(IMethodSymbol allocator, int size) => Find(
        allocator,
        candidate => HasTypes(candidate, TypesOf(allocator)) && _contracts.Get(candidate).Parameter(size).MaxSize == ulong.MaxValue);

    /// <summary>The allocator of the same memory that takes the same arguments, and hands it out zeroed.</summary>
    public IMethodSymbol? FindZeroing(IMethodSymbol allocator) => _contracts.Get(allocator).Allocates is { Zeroed: false } contract
        ? allocator.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(candidate =>
            candidate.IsStatic == allocator.IsStatic && HasTypes(candidate, TypesOf(allocator))
            && _contracts.Get(candidate).Allocates is { Zeroed: true } own && own.Family == contract.Family)
        : null;

    /// <summary>The allocator of the same memory that takes what is to be in it first, and then the same arguments.</summary>
    public IMethodSymbol? FindDuplicating(IMethodSymbol allocator) => Find(allocator, candidate =>
        candidate.Parameters.Length > 0 && candidate.Parameters[0].Type is IPointerTypeSymbol && !_contracts.Get(candidate).Parameter(0).Reallocates
        && FamilyOf(candidate) == FamilyOf(allocator) && TypesOf(candidate).Skip(1).SequenceEqual(TypesOf(allocator), SymbolEqualityComparer.Default));

    private IMethodSymbol? Find(IMethodSymbol allocator, System.Func<IMethodSymbol, bool> isRight) =>
        _contracts.Get(allocator).Allocates is not { } contract
            ? null
            : allocator.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(candidate =>
                candidate.IsStatic == allocator.IsStatic
                && _contracts.Get(candidate).Allocates is { } own && own.Zeroed == contract.Zeroed && isRight(candidate));

    private string? FamilyOf(IMethodSymbol allocator) => _contracts.Get(allocator).Allocates?.Family;

    private static IEnumerable<ITypeSymbol> TypesOf(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type);

    private static bool HasTypes(IMethodSymbol method, IEnumerable<ITypeSymbol> types) =>
        TypesOf(method).SequenceEqual(types, SymbolEqualityComparer.Default);
}
