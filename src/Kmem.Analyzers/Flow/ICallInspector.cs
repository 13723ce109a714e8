using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Looks at calls where they stand on their paths, in a run that is made anyway. Made anew for each run; what it finds goes with
/// the run's own reports.
/// </summary>
internal interface ICallInspector
{
    /// <summary>A call is about to be made.</summary>
    /// <returns>The path, with what the inspector wants to know of it later (<see cref="NoteAddress"/>).</returns>
    PathState Called(CallSite site, PathState state);

    /// <summary>A value is written to the place at an address.</summary>
    void Stored(Value address, Value value);

    /// <summary>An argument meets a contract, of the function that is called or of one that it is handed on to.</summary>
    /// <param name="site">The call that it is passed to.</param>
    /// <param name="argument">The argument; the call itself, where the value is the callee's own.</param>
    Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state);
}
