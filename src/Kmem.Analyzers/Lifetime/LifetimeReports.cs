using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Gathers what is wrong with memory in one body: one report for each place, however many paths lead there.</summary>
internal sealed partial class LifetimeReports : LifetimeObserver, IReports
{
    private readonly FieldFamilies _fields;
    private readonly ReleaseFinder _releases;
    private readonly Dictionary<(string Id, TextSpan Span, string Subject), Diagnostic> _reports = new();
    private readonly List<FieldRelease> _fieldReleases = new();
    private readonly Dictionary<SyntaxNode, Mismatch> _mismatches = new();

    public LifetimeReports(FieldFamilies fields, ReleaseFinder releases)
    {
        _fields = fields;
        _releases = releases;
    }

    public bool IsEmpty =>
        _reports.Count == 0 && _failures.Count == 0 && _mismatches.Count == 0 && _fieldReleases.Count == 0 && _releasedTwice.Count == 0 && _leaks.Count == 0 && _exposed.Count == 0 && _unfinished.Count == 0;

    // What other members store in a field is asked now, when this body's own summary is there for them.
    public IEnumerable<Diagnostic> Diagnostics()
    {
        foreach (var release in _fieldReleases)
            CheckField(release);
        foreach (var mismatch in _mismatches.Values)
            Add(mismatch);
        AddFailures();
        AddEndings();
        return _reports.OrderBy(report => report.Key.Span.Start).Select(report => report.Value);
    }

    public override void ReleasedToOther(Memory memory, ReleaseCall release, bool mayBeNull)
    {
        var argument = release.Argument.Syntax;
        _mismatches[argument] = _mismatches.TryGetValue(argument, out var first)
            ? first with { MayBeNull = first.MayBeNull || mayBeNull }
            : new Mismatch(memory, release, mayBeNull);
    }

    // What a callee does with its own fields is for the callee's reports.
    public override void ReleasedUnknown(Value value, ReleaseCall release)
    {
        if (release.Argument.Syntax != release.Site
            && value is EntryValue { Address: FieldAddress { Field: IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field } })
            _fieldReleases.Add(new FieldRelease(field, release.Contract, release.Function, release.Argument.Syntax));
    }

    private void CheckField(FieldRelease release)
    {
        var stored = _fields.Find(release.Field);
        if (!stored.IsEmpty && stored.All(memory => memory.Family.Length > 0 && !release.Contract.Accepts(memory.Family)))
            AddMismatch(stored[0], release.Contract, release.Function, release.Argument, mayBeNull: false, stored.Select(memory => memory.Family).ToImmutableArray());
    }

    // What other paths release there has to be released too.
    private void Add(Mismatch mismatch)
    {
        var (memory, release, mayBeNull) = mismatch;
        var argument = release.Argument.Syntax;
        AddMismatch(memory, release.Contract, release.Function, argument, mayBeNull, _released.TryGetValue(argument, out var families) ? families : default);
    }

    private void AddMismatch(Memory memory, ReleaseContract release, IMethodSymbol function, SyntaxNode argument, bool mayBeNull, ImmutableArray<string> families)
    {
        var properties = ReleaseProperties(memory, argument, families);
        Add(Diagnostic.Create(
            Rules.MismatchedRelease,
            argument.GetLocation(),
            Story(memory),
            mayBeNull ? properties.Add(DiagnosticProperties.MayBeNull, "true") : properties,
            function.Name,
            string.Join("/", release.Families),
            argument.ToString(),
            memory.Family));
    }

    // One defect is one report; two pieces of memory may be lost at one place.
    private void Add(Diagnostic diagnostic, string subject = "")
    {
        var key = (diagnostic.Id, diagnostic.Location.SourceSpan, subject);
        if (!_reports.ContainsKey(key))
            _reports.Add(key, diagnostic);
    }

    private static IEnumerable<Location> Story(Memory memory) =>
        memory.Way.Insert(0, memory.Site).Select(step => step.GetLocation());

    private static ImmutableDictionary<string, string?> CheckProperties(Memory memory, SyntaxNode use)
    {
        var properties = SiteProperties(memory, use).Add(DiagnosticProperties.FailureLiteral, memory.FailureLiteral);
        return memory.Holder.Length == 0 ? properties : properties.Add(DiagnosticProperties.Holder, memory.Holder);
    }

    private ImmutableDictionary<string, string?> ReleaseProperties(Memory memory, SyntaxNode use, ImmutableArray<string> others = default)
    {
        var properties = SiteProperties(memory, use);
        return _releases.Find(memory, others) is { } release
            ? properties
                .Add(DiagnosticProperties.Release, release.Call)
                .Add(DiagnosticProperties.ReleaseType, release.Type)
                .Add(DiagnosticProperties.ReleaseParameterType, release.ParameterType)
                .Add(DiagnosticProperties.Refuses, release.Refuses)
            : properties;
    }

    private static ImmutableDictionary<string, string?> SiteProperties(Memory memory, SyntaxNode use)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        return memory.Site.SyntaxTree == use.SyntaxTree
            ? properties.Add(DiagnosticProperties.AllocationSpan, FormattableString.Invariant($"{memory.Site.SpanStart},{memory.Site.Span.Length}"))
            : properties;
    }

    /// <summary>Memory is released by a function of another family.</summary>
    private sealed record Mismatch(Memory Memory, ReleaseCall Release, bool MayBeNull);

    /// <summary>A private field is released: whether rightly, what is stored in it tells.</summary>
    private sealed record FieldRelease(IFieldSymbol Field, ReleaseContract Contract, IMethodSymbol Function, SyntaxNode Argument);
}
