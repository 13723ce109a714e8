using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What several rules found in one run.</summary>
internal sealed class JoinedReports : IReports
{
    private readonly IReports[] _parts;

    public JoinedReports(params IReports[] parts) => _parts = parts;

    public IEnumerable<Diagnostic> Diagnostics() => _parts.SelectMany(part => part.Diagnostics());
}
