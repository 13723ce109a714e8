using System.Collections.Concurrent;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>Structs that are locks, and so must never be copied: by the contracts of their own methods.</summary>
internal sealed class LockTypes
{
    private readonly ContractTable _contracts;
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    public LockTypes(ContractTable contracts) => _contracts = contracts;

    /// <summary>Whether values of a type are locks: a method of it takes it, or one beside it does so by reference.</summary>
    public bool Contains(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } && _known.GetOrAdd(type.OriginalDefinition, IsLock);

    private bool IsLock(ITypeSymbol type) =>
        type.GetMembers().OfType<IMethodSymbol>().Any(method => method.MethodKind == MethodKind.Ordinary && Takes(method, _ => false, takesThis: true))
        || (type.ContainingType is null && MayCarryContracts(type.ContainingAssembly) && type.ContainingNamespace.GetTypeMembers().Where(each => each.IsStatic)
            .SelectMany(each => each.GetMembers()).OfType<IMethodSymbol>()
            .Any(method => method.Parameters.Any(parameter => IsReferenceTo(parameter, type)) && Takes(method, parameter => IsReferenceTo(parameter, type), takesThis: false)));

    // Code of others that knows no attributes has contracts in files only, and these speak of a lock's own methods.
    private static bool MayCarryContracts(IAssemblySymbol assembly) =>
        assembly is ISourceAssemblySymbol || assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == "Kmem.Annotations"));

    private bool Takes(IMethodSymbol method, System.Func<IParameterSymbol, bool> isLock, bool takesThis) => _contracts.Get(method).Locks.Any(effect =>
        effect.Acquires && (effect.Parameter < 0 ? takesThis && effect.Path.Length == 0 : effect.Parameter < method.Parameters.Length && isLock(method.Parameters[effect.Parameter])));

    private static bool IsReferenceTo(IParameterSymbol parameter, ITypeSymbol type) =>
        parameter.RefKind == RefKind.Ref && SymbolEqualityComparer.Default.Equals(parameter.Type.OriginalDefinition, type);
}
