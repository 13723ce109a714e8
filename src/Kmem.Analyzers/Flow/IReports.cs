using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What an analysis found in one body. It outlives the run, and so holds no operations.</summary>
internal interface IReports
{
    /// <summary>Nothing was found: there is nothing to keep.</summary>
    bool IsEmpty { get; }

    IEnumerable<Diagnostic> Diagnostics();
}
