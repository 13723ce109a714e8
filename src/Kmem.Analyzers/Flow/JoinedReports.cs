using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What several rules found in one run.</summary>
internal sealed class JoinedReports : IReports
{
    private readonly IReports[] _parts;

    private JoinedReports(IReports[] parts) => _parts = parts;

    public bool IsEmpty => _parts.Length == 0;

    /// <summary>The parts that have something to tell; null where none has.</summary>
    public static IReports? Of(params IReports[] parts)
    {
        var found = Array.FindAll(parts, static part => !part.IsEmpty);
        return found.Length > 1 ? new JoinedReports(found) : found.FirstOrDefault();
    }

    public IEnumerable<Diagnostic> Diagnostics() => _parts.SelectMany(part => part.Diagnostics());
}
