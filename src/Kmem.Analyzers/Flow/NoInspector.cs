using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>For runs that nobody reads the reports of.</summary>
internal sealed class NoInspector : IMemoryInspector
{
    public static readonly NoInspector Instance = new();

    public IReports Reports { get; } = new ReportList();

    public PathState Called(CallSite site, PathState state) => state;

    public void Stored(Value address, Value value)
    {
    }

    public Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state) => Verdict.Settled;

    public ReturnedMemory? Describe(Value memory) => null;

    public void Received(CallSite site, ReturnedMemory? memory, PathState state)
    {
    }
}
