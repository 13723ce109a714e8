using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flags;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Kmem.Analyzers.Usage;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>All rules about arguments, looking on in one run.</summary>
internal sealed class CallInspectors : IMemoryInspector
{
    private readonly ICallInspector[] _inspectors;
    private readonly MemoryUseInspector _memory;
    private readonly ReportList _reports = new();

    /// <param name="body">The context of the body that is looked at.</param>
    /// <param name="asksCallers">What allocations may do depends on the context of callers too.</param>
    public CallInspectors(AnalyzedProgram program, BodyContract body, bool asksCallers)
    {
        _memory = new MemoryUseInspector(program, body, _reports);
        _inspectors = new ICallInspector[] { new FlagInspector(program.Contracts, body, asksCallers, _reports), new SizeInspector(program, _reports), _memory };
    }

    public IReports Reports => _reports;

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
    public Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        var verdict = Verdict.Settled;
        foreach (var inspector in _inspectors)
        {
            if (inspector.Judge(demand, argument, site, state) is var other && other > verdict)
                verdict = other;
        }

        return verdict;
    }

    public ReturnedMemory? Describe(Value memory) => _memory.Describe(memory);

    public void Received(CallSite site, ReturnedMemory? memory, PathState state) => _memory.Received(site, memory, state);
}
