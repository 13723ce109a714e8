using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow;

/// <summary>Looks at calls, and at the memory that comes out of them.</summary>
internal interface IMemoryInspector : ICallInspector
{
    /// <summary>What was found in the run; it outlives the inspector.</summary>
    IReports Reports { get; }

    /// <summary>What a run has found of memory that the body returns; null: it is not the body's, or not new.</summary>
    ReturnedMemory? Describe(Value memory);

    /// <summary>A callee has returned memory.</summary>
    /// <param name="memory">What is known of it, in the terms of this body; null: nothing.</param>
    void Received(CallSite site, ReturnedMemory? memory, PathState state);
}
