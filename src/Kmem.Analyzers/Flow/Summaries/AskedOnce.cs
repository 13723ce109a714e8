using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>The summaries that one run over a body asks for, each once: a call is run on many paths, and what it means does not change meanwhile.</summary>
internal sealed class AskedOnce : ISummarySource
{
    private readonly ISummarySource _source;
    private readonly Dictionary<IMethodSymbol, Summary?> _answers = new(SameObject.Instance);

    public AskedOnce(ISummarySource source) => _source = source;

    public Summary? Get(IMethodSymbol method, CancellationToken cancellation)
    {
        if (!_answers.TryGetValue(method, out var summary))
            _answers.Add(method, summary = _source.Get(method, cancellation));
        return summary;
    }

    // An event has one object for its method; comparing symbols by what they mean costs more than asking again for another.
    private sealed class SameObject : IEqualityComparer<IMethodSymbol>
    {
        public static readonly SameObject Instance = new();

        public bool Equals(IMethodSymbol first, IMethodSymbol second) => ReferenceEquals(first, second);

        public int GetHashCode(IMethodSymbol method) => RuntimeHelpers.GetHashCode(method);
    }
}
