using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What an analysis found in one body. It outlives the run, and so holds no operations.</summary>
internal interface IReports
{
    IEnumerable<Diagnostic> Diagnostics();
}
