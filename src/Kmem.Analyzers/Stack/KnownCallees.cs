using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Stack;

/// <summary>Which bodies the calls of a body may run, as far as that is known.</summary>
internal sealed class KnownCallees
{
    private readonly Overrides _overrides;
    private readonly DelegateTargets _delegates;

    public KnownCallees(AnalyzedProgram program)
    {
        _overrides = new Overrides(program.Compilation);
        _delegates = new DelegateTargets(program.Compilation);
    }

    /// <summary>The callees of a body, each once, in the order of its calls.</summary>
    public List<Callee> Of(MethodGraph graph, CancellationToken cancellation)
    {
        var callees = new List<Callee>();
        var known = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        foreach (var call in graph.AllEvents().OfType<CallEvent>().Where(call => !OmittedCalls.Contain(call)))
        {
            foreach (var callee in Of(call, graph, cancellation))
            {
                if (known.Add(callee.Method))
                    callees.Add(callee);
            }
        }

        return callees;
    }

    private IEnumerable<Callee> Of(CallEvent call, MethodGraph graph, CancellationToken cancellation)
    {
        if (call.Method is not { } method)
            return Array.Empty<Callee>();
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return _delegates.Find(call, graph, cancellation) is { } target ? new[] { new Callee(ContractTable.DefinitionOf(target), IsCertain: true) } : Array.Empty<Callee>();

        var definition = ContractTable.DefinitionOf(method);
        var bodies = call.IsExact ? new[] { definition } : _overrides.Of(definition, cancellation);
        return bodies.Where(GraphSource.IsReadable).Select(body => new Callee(body, call.IsExact));
    }
}

/// <summary>A body that a call runs.</summary>
/// <param name="IsCertain">It is this one, and not one of several.</param>
internal readonly record struct Callee(IMethodSymbol Method, bool IsCertain);
