using System.Threading;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>Tells what a source method does.</summary>
internal interface ISummarySource
{
    /// <summary>The summary of a method's body; null where it is not known, or cannot matter.</summary>
    Summary? Get(IMethodSymbol method, CancellationToken cancellation);
}
