using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>Finds out which needs of a private method its callers do not see to.</summary>
internal sealed class CallersNeeds
{
    private const int MaxMethods = 32;

    private readonly Func<IMethodSymbol, CancellationToken, IEnumerable<(IMethodSymbol? Method, ContextReports? Found)>> _callersOf;

    /// <param name="callersOf">What is found in the bodies that call a private method.</param>
    public CallersNeeds(Func<IMethodSymbol, CancellationToken, IEnumerable<(IMethodSymbol? Method, ContextReports? Found)>> callersOf) => _callersOf = callersOf;

    /// <summary>Reports of what the method leaves to its callers, where one that is called from outside does not see to it.</summary>
    public IEnumerable<Diagnostic> FindUnmet(IMethodSymbol? method, NeedsReports needs, CancellationToken cancellation)
    {
        var open = needs.LeftToCallers.ToList();
        if (method is null || open.Count == 0)
            yield break;

        var asked = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { method };
        var waiting = new Queue<IMethodSymbol>(asked);
        while (open.Count > 0 && waiting.Count > 0)
        {
            var callers = _callersOf(waiting.Dequeue(), cancellation).ToList();
            foreach (var (caller, found) in callers)
            {
                if (found is null)
                    continue;
                foreach (var diagnostic in open.Select(need => found.Needs.FindUnmet(need, isOnlyCaller: callers.Count == 1)).OfType<Diagnostic>().ToList())
                {
                    open.RemoveAll(need => need.Node.Span == diagnostic.Location.SourceSpan);
                    yield return diagnostic;
                }

                if (found.Needs.HandsOn && caller is not null && asked.Count < MaxMethods && asked.Add(caller))
                    waiting.Enqueue(caller);
            }
        }
    }
}
