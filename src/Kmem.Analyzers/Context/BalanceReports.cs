using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>A way out of a body that leaves a section open which should not be.</summary>
/// <param name="Because">Why it should not, for the message.</param>
internal sealed record OpenExit(SyntaxNodeOrToken Place, OpenSection Section, LocalizableString Because);

/// <summary>Compares the ways out of a body: what one of them leaves open and another does not, and what was left too often.</summary>
internal sealed class BalanceReports
{
    private const int MaxExits = 64;

    private readonly SectionLog _log;
    private readonly HashSet<BodyExit> _exits = new();
    private readonly HashSet<SyntaxNode> _repeated = new();
    private readonly List<Leave> _twice = new();
    private readonly List<Leave> _callers = new();

    public BalanceReports(SectionLog log) => _log = log;

    /// <summary>A path leaves the body.</summary>
    public void AddExit(Func<SyntaxNodeOrToken> place, ContextState state, Signs result)
    {
        var isOfUse = state.Open.Any(section => section.Site is not null) || !state.Left.IsEmpty || !state.Closed.IsEmpty;
        if (isOfUse && !state.IsBlurred && _exits.Count < MaxExits)
            _exits.Add(BodyExit.Of(place(), state, result));
    }

    /// <summary>A call entered the section that it had entered before: a loop that gathers locks, which another one gives back.</summary>
    public void NoteRepeated(SyntaxNode enter) => _repeated.Add(enter);

    /// <summary>A call leaves what is not open on this path.</summary>
    public void AddNeedless(SyntaxNodeOrToken call, string callee, string subject, SectionKey section, ContextState state)
    {
        if (state.IsBlurred || !section.IsCertain || state.Open.Any(open => open.Kind == section.Kind && open.Key is not null && SectionKey.IsUncertain(open.Key)))
            return;

        var leave = new Leave(call, callee, subject, section);
        var wasLeft = state.Closed.Contains(section) || (section.Key is not null && state.Left.Contains(section));
        var known = wasLeft ? _twice : _callers;
        if (!known.Contains(leave))
            known.Add(leave);
    }

    /// <summary>The body leaves a section that only its caller can have entered.</summary>
    public bool LeavesCallers(SectionKey section) => _callers.Exists(leave => leave.Section.Equals(section));

    /// <summary>The ways out that leave a section open which others, or the contract, say is not.</summary>
    public IEnumerable<OpenExit> FindOpen(BodyPromise promise) => _exits
        .SelectMany(exit => exit.Open.Reverse().Select(section => (Exit: exit, Section: section)))
        .Where(each => each.Section.Identity.IsCertain || each.Section.Key is not null)
        .Where(each => !_repeated.Contains(each.Section.Site!) || _log.IsLeftInSameRound(each.Section))
        .Select(each => WhyClosed(each.Exit, each.Section, promise) is { } why ? new OpenExit(each.Exit.Place, each.Section, why) : null)
        .OfType<OpenExit>()
        .GroupBy(open => (open.Place, open.Section.Site)) // what one call enters, another leaves; and each round of a loop has its own identity
        .Select(group => group.First());

    public Diagnostic Report(OpenExit open)
    {
        var story = new[] { open.Section.Site!.GetLocation() };
        return open.Section.IsMapping
            ? Diagnostic.Create(Rules.UnbalancedMapping, open.Place.GetLocation() ?? Location.None, story, Properties(open), Rules.Text("Mapping_Open", open.Section.Name))
            : Diagnostic.Create(Rules.SectionLeftOpen, open.Place.GetLocation() ?? Location.None, story, Properties(open), open.Section.Reason(), open.Because);
    }

    /// <summary>Calls that leave what is not open.</summary>
    public IEnumerable<Diagnostic> FindNeedless(BodyPromise promise)
    {
        var reported = _twice.Select(leave => (Leave: leave, Why: (string?)"Leave_Twice"))
            .Concat(_callers.Select(leave => (Leave: leave, Why: WhyNeedless(leave, promise))));
        return reported.Where(each => each.Why is not null && !(each.Leave.Call.AsNode() is { } leave && _log.IsLeftInOtherLoop(leave)))
            .GroupBy(each => each.Leave.Call)
            .Select(group => Report(group.First().Leave, group.First().Why!));
    }

    private LocalizableString? WhyClosed(BodyExit exit, OpenSection section, BodyPromise promise)
    {
        var key = section.Identity;
        switch (promise.AllowsOpen(key, exit.Result))
        {
            case true:
                return null;
            case false:
                return Rules.Text("Balance_Outcome");
        }

        // Entered on some paths only, and left on others only: conditions that belong together, in a way that is not understood.
        if (_exits.Any(other => other.Left.Any(left => MayBeSame(left, key))))
            return null;
        if (promise.IsBalanced)
            return Rules.Text("Balance_Contract");

        return _exits.Any(other => other.Closed.Contains(key) && !other.IsOpen(key)) ? Rules.Text("Balance_OtherPaths") : null;
    }

    private static bool MayBeSame(SectionKey left, SectionKey key) => left.Equals(key)
        || (left is { Key: { } one } && key is { Key: { } other } && left.Kind == key.Kind && (SectionKey.IsUncertain(one) || SectionKey.IsUncertain(other)));

    private string? WhyNeedless(Leave leave, BodyPromise promise)
    {
        var exits = _exits.Where(exit => exit.Left.Contains(leave.Section)).ToList();
        if (exits.Count == 0)
            return null;
        if (exits.Exists(exit => !promise.AllowsLeft(leave.Section, exit.Result)))
            return "Leave_NotHeld";

        var isEnteredElsewhere = _exits.All(exit => !exit.IsOpen(leave.Section))
            && _exits.Any(exit => exit.Closed.Contains(leave.Section) && !exit.Left.Contains(leave.Section))
            && leave.Call.AsNode() is { } call && _log.ClosesOwn(call, leave.Section);
        return isEnteredElsewhere ? "Leave_NotAlways" : null;
    }

    private Diagnostic Report(Leave leave, string why)
    {
        var earlier = _log.LeavesOf(leave.Section).Where(other => other != leave.Call.AsNode()).Select(other => other.GetLocation());
        if (OpenSection.IsKindOfMapping(leave.Section.Kind))
            return Diagnostic.Create(Rules.UnbalancedMapping, leave.Call.GetLocation(), earlier.Take(1), Rules.Text("Mapping_Needless", leave.Callee, leave.Subject));

        return Diagnostic.Create(
            Rules.NeedlessLeave,
            leave.Call.GetLocation(),
            why == "Leave_Twice" ? earlier.Take(1) : null,
            RemovalProperties(leave),
            leave.Callee,
            SubjectOf(leave),
            Rules.Text(why));
    }

    // A leave that serves another path cannot go.
    private ImmutableDictionary<string, string?> RemovalProperties(Leave leave) =>
        leave.Call.AsNode() is { } call && _log.ClosesOwn(call, leave.Section)
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.IsNeedless, "true");

    private static LocalizableString SubjectOf(Leave leave) => leave.Section.Kind switch
    {
        OpenSection.Spinlock => Rules.Text("Section_Spinlock", leave.Subject),
        OpenSection.PerCpu when leave.Subject.Length > 0 => Rules.Text("Section_percpu", leave.Subject),
        var kind => Rules.Text("Section_Other", kind),
    };

    // Where some of the paths that meet here have left the section, one more leave would be one too many for these.
    private ImmutableDictionary<string, string?> Properties(OpenExit open)
    {
        if (_exits.Any(exit => exit.Place.Equals(open.Place) && !exit.IsOpen(open.Section.Identity)))
            return ImmutableDictionary<string, string?>.Empty;

        var properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.EnterSpan, DiagnosticProperties.Text(open.Section.Site!.Span));
        return _log.LeavesOf(open.Section.Identity) is { Count: > 0 } leaves
            ? properties.Add(DiagnosticProperties.LeaveSpan, DiagnosticProperties.Text(leaves[0].Span))
            : properties;
    }

    private sealed record Leave(SyntaxNodeOrToken Call, string Callee, string Subject, SectionKey Section);
}
