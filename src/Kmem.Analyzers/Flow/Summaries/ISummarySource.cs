using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>Tells what a source method does.</summary>
internal interface ISummarySource
{
    /// <summary>The summary of a method's body; null where it is not known, or cannot matter.</summary>
    Summary? Get(IMethodSymbol method, CancellationToken cancellation);
}

internal static class SummarySourceExtensions
{
    /// <summary>The summary of what a call runs; null where that is not known, or where the call runs nothing yet.</summary>
    public static Summary? Get(this ISummarySource summaries, CallSite site, CancellationToken cancellation)
    {
        if (site.Method is not { } method || !(site.Call.IsExact || site.Lambda is not null))
            return null;

        var summary = summaries.Get(method, cancellation);
        return summary is { IsIterator: true } && !site.Call.IsEnumerated ? null : summary;
    }
}
