using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Releases that an exception would skip.</content>
internal sealed partial class LifetimeReports
{
    private readonly Dictionary<SyntaxNode, SkippedRelease> _exposed = new();
    private readonly HashSet<SyntaxNode> _disposed = new();

    public override void Exposed(Memory memory, SyntaxNode at, string thrower) => ExposureOf(memory).Add(new Exposure(at, thrower));

    private void ReleaseOnPath(Memory memory, ReleaseCall release)
    {
        // `using` releases whatever comes.
        if (release.Argument.Parent is { IsImplicit: true })
            _disposed.Add(memory.Site);
        else if (release.Kind == EndingKind.Released)
            ExposureOf(memory).Add(new PlainRelease(release.Site, release.Function.Name));
    }

    private SkippedRelease ExposureOf(Memory memory)
    {
        if (!_exposed.TryGetValue(memory.Site, out var exposed))
            _exposed.Add(memory.Site, exposed = new SkippedRelease(memory));
        return exposed;
    }

    // Memory that is lost on some path is reported there.
    private void AddSkipped()
    {
        var lost = new HashSet<SyntaxNode>(_leaks.Values.Select(leak => leak.Memory.Site));
        foreach (var memory in _exposed.Where(entry => !lost.Contains(entry.Key) && !_disposed.Contains(entry.Key)))
        {
            if (memory.Value.Find() is var (exposure, release))
                Add(Create(memory.Value, exposure, release));
        }
    }

    private static Diagnostic Create(SkippedRelease skipped, Exposure exposure, PlainRelease release)
    {
        var memory = skipped.Memory;
        var properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Holder, memory.Holder);
        return Diagnostic.Create(
            Rules.SkippedRelease,
            memory.Site.GetLocation(),
            new[] { exposure.At.GetLocation(), release.At.GetLocation() },
            skipped.Releases > 1 ? properties : properties.Add(DiagnosticProperties.StatementSpan, DiagnosticProperties.Text(release.At.Span)),
            exposure.Thrower,
            release.Function,
            memory.Holder);
    }
}
