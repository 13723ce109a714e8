using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Releases that an exception would skip.</content>
internal sealed partial class LifetimeReports
{
    private readonly Dictionary<SyntaxNode, SkippedRelease> _exposed = new();
    private readonly HashSet<SyntaxNode> _disposed = new();
    private readonly Dictionary<SyntaxNode, UnfinishedObject> _unfinished = new();

    public override void Exposed(Memory memory, SyntaxNode at, string thrower) =>
        ExposureOf(memory).Add(new Exposure(at, thrower, memory.Custody == Custody.Own));

    public override void HandedOn(Memory memory, SyntaxNode at)
    {
        if (memory.IsOfPlatform)
            ExposureOf(memory).AddHandedOn(at);
    }

    public override void LeftToOthers(Memory memory, SyntaxNodeOrToken place, bool isFinal)
    {
        _leftToOthers.Add((memory.Site, place.Span));
        if (memory is { IsOfPlatform: true, Custody: Custody.None } && isFinal)
            ExposureOf(memory).IsTakenOver = true;
    }

    public override void Lent(Memory memory, SyntaxNode at) => ExposureOf(memory).AddLent(at);

    public override void StillUsed(Memory memory, SyntaxNode at) => ExposureOf(memory).AddUse(at);

    public override void ExposedInConstructor(Memory memory, IFieldSymbol field, SyntaxNode at, string thrower)
    {
        if (!_unfinished.ContainsKey(memory.Site) && !UnfinishedObject.IsPrepared(at))
            _unfinished.Add(memory.Site, new UnfinishedObject(memory, field, at, thrower));
    }

    private void ReleaseOnPath(Memory memory, ReleaseCall release)
    {
        // `using` releases whatever comes.
        if (release.Argument.Parent is { IsImplicit: true })
            _disposed.Add(memory.Site);
        else if (release.Kind == EndingKind.Released)
            ExposureOf(memory).Add(new PlainRelease(release.Site, CallSite.NameOf(release.Function)));
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
                Add(release is null ? Create(memory.Value.Memory, exposure) : Create(memory.Value, exposure, release));
            else if (memory.Value.FindInHandlerAlone() is { } alone)
                Add(Create(memory.Value, alone));
        }

        foreach (var unfinished in _unfinished.Values)
        {
            if (_fields.ReleaseOf(unfinished) is { } release)
                Add(Create(unfinished, release));
        }
    }

    private static Diagnostic Create(Memory memory, Exposure exposure) => Diagnostic.Create(
        Rules.SkippedRelease,
        memory.Site.GetLocation(),
        new[] { exposure.At.GetLocation() },
        Rules.Text("Skipped_Owner", exposure.Thrower, memory.Holder));

    private static Diagnostic Create(UnfinishedObject unfinished, SyntaxNode release) => Diagnostic.Create(
        Rules.SkippedRelease,
        unfinished.Memory.Site.GetLocation(),
        new[] { unfinished.At.GetLocation(), release.GetLocation() },
        Rules.Text("Skipped_Constructor", unfinished.Thrower, unfinished.Field.Name));

    private static Diagnostic Create(SkippedRelease skipped, Exposure exposure, PlainRelease release) => Diagnostic.Create(
        Rules.SkippedRelease,
        skipped.Memory.Site.GetLocation(),
        new[] { exposure.At.GetLocation(), release.At.GetLocation() },
        Properties(skipped, release),
        Rules.Text("Skipped_Release", exposure.Thrower, release.Function, skipped.Memory.Holder));

    private static Diagnostic Create(SkippedRelease skipped, PlainRelease alone) => Diagnostic.Create(
        Rules.SkippedRelease,
        skipped.Memory.Site.GetLocation(),
        new[] { alone.At.GetLocation() },
        Properties(skipped, alone),
        Rules.Text("Skipped_Success", alone.Function, skipped.Memory.Holder));

    private static ImmutableDictionary<string, string?> Properties(SkippedRelease skipped, PlainRelease release)
    {
        var properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Holder, skipped.Memory.Holder);
        return skipped.Releases > 1 ? properties : properties.Add(DiagnosticProperties.StatementSpan, DiagnosticProperties.Text(release.At.Span));
    }
}
