using System.Collections.Concurrent;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Stack;

/// <summary>Tells code that runs in the kernel's manner, on a small stack: it has a contract of the vocabulary, or calls what has.</summary>
internal sealed class KernelCode
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _types = new(SymbolEqualityComparer.Default);

    public bool Is(MethodGraph graph, BodyContract body) =>
        body.IsSpecified
        || (graph.Method is { } method && (HasContractAround(method) || IsWithin(method.ContainingType)))
        || graph.AllEvents().Any(step => step is CallEvent { Method: { ContainingType: not null } callee } && IsKernels(callee));

    private static bool IsWithin(INamedTypeSymbol? type) => type is not null && Any(AttributeReader.ReadType(type));

    // A library's functions without a contract stand beside those with one.
    private bool IsKernels(IMethodSymbol callee) => callee.DeclaringSyntaxReferences.IsEmpty
        ? _types.GetOrAdd(callee.ContainingType.OriginalDefinition, type => type.GetMembers().OfType<IMethodSymbol>().Any(HasContract))
        : HasContract(callee);

    // A local function or lambda is its method's code.
    private static bool HasContractAround(IMethodSymbol method)
    {
        for (ISymbol? code = method; code is IMethodSymbol around; code = code.ContainingSymbol)
        {
            if (HasContract(around))
                return true;
        }

        return false;
    }

    private static bool HasContract(IMethodSymbol method) => Any(AttributeReader.ReadMethod(method));

    private static bool Any(IEnumerable<ContractClause> clauses) => clauses.Any(clause => ContractVocabulary.Find(clause.Word) is { IsKmemAttribute: true });
}
