using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flags;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Kmem.Analyzers.Usage;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>All rules about arguments, looking on in one run.</summary>
internal sealed class CallInspectors : ICallInspector
{
    private readonly ICallInspector[] _inspectors;

    /// <param name="method">The method that is looked at; null for initialisers.</param>
    public CallInspectors(AnalyzedProgram program, IMethodSymbol? method) => _inspectors = new ICallInspector[]
    {
        new FlagInspector(program.Contracts, method is null ? MethodContract.Empty : program.Contracts.Get(method)),
        new SizeInspector(program),
        new MemoryUseInspector(program, method is null ? MethodContract.Empty : program.Contracts.Get(method)),
    };

    public PathState Called(CallSite site, PathState state)
    {
        foreach (var inspector in _inspectors)
            state = inspector.Called(site, state);
        return state;
    }

    public void Stored(Value address, Value value)
    {
        foreach (var inspector in _inspectors)
            inspector.Stored(address, value);
    }

    // Each knows the parameters that it judges: the others have nothing more to say of them.
    public bool Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        var isSettled = true;
        foreach (var inspector in _inspectors)
            isSettled &= inspector.Judge(demand, argument, site, state);
        return isSettled;
    }

    public IEnumerable<Diagnostic> Diagnostics() => _inspectors.SelectMany(inspector => inspector.Diagnostics());
}
