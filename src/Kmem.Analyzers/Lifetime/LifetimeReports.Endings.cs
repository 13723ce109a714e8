using System.Collections.Immutable;
using System.Globalization;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Lifetime;

/// <content>Releases and uses of memory that is gone, never was there, or belongs elsewhere; and memory that is lost.</content>
internal sealed partial class LifetimeReports
{
    // What is released, and the families of that.
    private readonly Dictionary<SyntaxNode, ImmutableArray<string>> _released = new();
    private readonly HashSet<(SyntaxNode Site, TextSpan Place)> _notLeaked = new();
    private readonly HashSet<(SyntaxNode Site, TextSpan Place)> _neverThere = new();
    private readonly HashSet<(SyntaxNode Site, TextSpan Place)> _leftToOthers = new();
    private readonly Dictionary<SyntaxNode, Func<Diagnostic>> _releasedTwice = new();
    private readonly Dictionary<(SyntaxNode Site, TextSpan Place), Leak> _leaks = new();

    public override void CalledToRelease(ReleaseCall release)
    {
        if (NeedlessCheck.Of(release.Site, release.Argument.Syntax) is { } span)
            Add(Diagnostic.Create(Rules.NeedlessCheck, Location.Create(release.Site.SyntaxTree, span), CallSite.NameOf(release.Function)));
    }

    public override void Released(Memory? memory, ReleaseCall release)
    {
        var argument = release.Argument.Syntax;
        if (!_released.TryGetValue(argument, out var families))
            _released.Add(argument, families = ImmutableArray<string>.Empty);
        if (memory is { Family: { Length: > 0 } family } && !families.Contains(family))
            _released[argument] = families.Add(family);
        if (memory is { IsOfPlatform: true })
            ReleaseOnPath(memory, release);
    }

    public override void ReleasedTwice(Ending ending, Memory? memory, ReleaseCall release)
    {
        var argument = release.Argument.Syntax;
        if (!_releasedTwice.ContainsKey(argument) && !OneRound.Parts(ending.Site, argument))
        {
            _releasedTwice.Add(argument, () => Diagnostic.Create(
                Rules.ReleasedTwice,
                argument.GetLocation(),
                Story(ending, memory),
                RemovalProperties(argument),
                argument.ToString(),
                Text(ending)));
        }
    }

    // A release that serves another path cannot go.
    private ImmutableDictionary<string, string?> RemovalProperties(SyntaxNode argument) => _released.ContainsKey(argument)
        ? ImmutableDictionary<string, string?>.Empty
        : ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.IsNeedless, "true");

    public override void UsedAfterEnd(Ending ending, Memory? memory, IOperation use)
    {
        var pointer = Pointers.WithoutCasts(use.Syntax);
        if (IsReportedInside(pointer.Span) || OneRound.Parts(ending.Site, pointer))
            return;

        Add(Diagnostic.Create(
            Rules.UsedAfterRelease,
            pointer.GetLocation(),
            Story(ending, memory),
            ImmutableDictionary<string, string?>.Empty,
            pointer.ToString(),
            IsInFinallyBehind(use.Syntax, ending.Site) ? Rules.Text("Ending_Finally", ending.Function) : Text(ending)));
    }

    // What is to be returned is ready before the finally block of the same statement runs.
    private static bool IsInFinallyBehind(SyntaxNode use, SyntaxNode release) =>
        release.FirstAncestorOrSelf<FinallyClauseSyntax>()?.Parent is TryStatementSyntax { Finally: { } final } statement
        && statement.Span.Contains(use.Span) && !final.Span.Contains(use.Span);

    // Of memory that is gone together with what it points to, the way there is wrong already.
    private bool IsReportedInside(TextSpan use) =>
        _reports.Keys.Any(report => report.Id == Rules.UsedAfterRelease.Id && report.Span != use && use.Contains(report.Span));

    public override void ReleasedNeverAllocated(string what, ReleaseCall release) => Add(Diagnostic.Create(
        Rules.ReleasedNeverAllocated,
        release.Argument.Syntax.GetLocation(),
        CallSite.NameOf(release.Function),
        release.Argument.Syntax.ToString(),
        Rules.Text(what)));

    public override void ReleasedWithOtherOrder(Memory memory, ReleaseCall release)
    {
        var place = (release.OrderArgument ?? release.Argument).Syntax;
        Add(Diagnostic.Create(
            Rules.ReleasedWithOtherOrder,
            place.GetLocation(),
            Story(memory),
            Replacing(release.OrderArgument is null ? ReleaseProperties(memory, place) : SiteProperties(memory, place), memory.OrderText),
            release.Argument.Syntax.ToString(),
            memory.OrderText ?? memory.Order!.ToString(),
            release.OrderArgument?.Syntax.ToString() ?? release.Order!.ToString()));
    }

    public override void ReleasedToOtherPool(Memory memory, ReleaseCall release)
    {
        var place = (release.PoolArgument ?? release.Argument).Syntax;
        Add(Diagnostic.Create(
            Rules.ReleasedToOtherPool,
            place.GetLocation(),
            Story(memory),
            Replacing(SiteProperties(memory, place), memory.PoolText),
            release.Argument.Syntax.ToString(),
            memory.PoolText ?? memory.Pool!.ToString(),
            place.ToString()));
    }

    public override void Leaked(Memory memory, SyntaxNodeOrToken place, bool mayBeNull)
    {
        var key = (memory.Site, place.Span);
        _leaks[key] = new Leak(memory, place, mayBeNull || (_leaks.TryGetValue(key, out var other) && other.MayBeNull));
    }

    public override void NotLeaked(Memory memory, SyntaxNodeOrToken place) => _notLeaked.Add((memory.Site, place.Span));

    public override void NeverThere(Memory memory, SyntaxNodeOrToken place) => _neverThere.Add((memory.Site, place.Span));

    private void AddEndings()
    {
        foreach (var twice in _releasedTwice.Values)
            Add(twice());
        foreach (var given in _leaks.Where(leak => _leftToOthers.Contains(leak.Key) && GivenAwayInLoop.IsBetween(leak.Value.Memory, leak.Value.Place)).ToList())
            _leaks.Remove(given.Key);
        AddSkipped();
        foreach (var leak in _leaks.Values.OrderBy(each => each.Memory.Site.SpanStart).GroupBy(HolderOf).Select(same => same.First()))
            Add(Create(leak), leak.Memory.Site.SpanStart.ToString(CultureInfo.InvariantCulture));
    }

    // What one variable holds, wherever it came from, is one defect.
    private static object HolderOf(Leak leak) => leak.Memory.Holder.Length == 0 ? leak : (leak.Place.Span, leak.Memory.Holder);

    private Diagnostic Create(Leak leak) => Diagnostic.Create(
        Rules.Leaked,
        leak.Place.GetLocation(),
        Story(leak.Memory),
        LeakProperties(leak),
        leak.Memory.Holder.Length == 0
            ? Rules.Text("Leaked_Result", CallSite.NameOf(leak.Memory.Origin))
            : Rules.Text("Leaked_Holder", leak.Memory.Holder, CallSite.NameOf(leak.Memory.Origin)));

    // A release put there would come too early, or a second time, for paths on which the memory is not lost.
    private ImmutableDictionary<string, string?> LeakProperties(Leak leak)
    {
        var (memory, place, mayBeNull) = leak;
        var properties = ReleaseProperties(memory, memory.Site);
        if (memory.Holder.Length == 0 || memory.IsBuried || place.AsNode() == memory.Site || _notLeaked.Contains((memory.Site, place.Span)) || IsJumpedOver(place))
            return properties;

        properties = Add(InnerLeaks(leak), properties.Add(DiagnosticProperties.Holder, memory.Holder));
        return mayBeNull || _neverThere.Contains((memory.Site, place.Span)) ? properties.Add(DiagnosticProperties.MayBeNull, "true") : properties;
    }

    // What is kept in memory that is lost is lost too, and has to be released first.
    private IEnumerable<HeldMemory> InnerLeaks(Leak leak) => _leaks.Values
        .Where(inner => inner.Place.Span == leak.Place.Span && IsIn(leak.Memory.Holder, inner.Memory.Holder))
        .Select(inner => new HeldMemory(inner.Memory, inner.MayBeNull || _neverThere.Contains((inner.Memory.Site, inner.Place.Span))));

    private static bool IsIn(string holder, string place) => place.StartsWith(holder + "->", StringComparison.Ordinal) || place.StartsWith(holder + ".", StringComparison.Ordinal);

    // What `continue` and its like leave behind is lost at the end of the block too, but never comes to what stands in front of it.
    private static bool IsJumpedOver(SyntaxNodeOrToken place) => place.Parent is BlockSyntax { Parent: StatementSyntax } block
        && block.DescendantNodes().Any(node => node is ContinueStatementSyntax or BreakStatementSyntax or GotoStatementSyntax);

    private static ImmutableDictionary<string, string?> Replacing(ImmutableDictionary<string, string?> properties, string? text) =>
        text is null ? properties : properties.Add(DiagnosticProperties.Replacement, text);

    private static LocalizableString Text(Ending ending) => Rules.Text("Ending_" + ending.Kind, ending.Function);

    private static IEnumerable<Location> Story(Ending ending, Memory? memory) =>
        (memory is null ? Enumerable.Empty<Location>() : Story(memory)).Append(ending.Site.GetLocation());

    /// <summary>Memory that is lost at a place.</summary>
    private sealed record Leak(Memory Memory, SyntaxNodeOrToken Place, bool MayBeNull);
}
