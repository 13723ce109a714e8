using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Context;

/// <summary>Gathers what is done without what it needs: a lock, preemption disabled, a section that is still open; or with more than it needs.</summary>
internal sealed class NeedsReports
{
    private readonly BalanceReports _balance;
    private readonly Dictionary<TextSpan, (Diagnostic Report, NeedEffect? Need, SyntaxNodeOrToken Call)> _found = new();
    private readonly HashSet<TextSpan> _met = new();
    private readonly Dictionary<TextSpan, (Diagnostic Report, bool IsCertain)> _flags = new();
    private readonly HashSet<TextSpan> _chosen = new();
    private readonly Dictionary<TextSpan, NeedEffect> _leftToCallers = new();
    private readonly Dictionary<Location, SyntaxNodeOrToken> _unmetElsewhere = new();

    public NeedsReports(BalanceReports balance) => _balance = balance;

    /// <summary>Needs that a private method leaves to its callers, and that stand in its own code.</summary>
    public IEnumerable<NeedEffect> LeftToCallers => _leftToCallers.Values;

    /// <summary>It leaves to its callers what somebody whom it calls needs.</summary>
    public bool HandsOn { get; private set; }

    /// <summary>What a call needs is not there.</summary>
    /// <param name="call">The call of this body behind which the need stands.</param>
    /// <param name="isOwn">The need stands in this body's own declaration.</param>
    public void AddUnmet(NeedEffect need, SyntaxNodeOrToken call, bool isOwn)
    {
        var place = need.Node.GetLocation()!;
        if (!isOwn && !_unmetElsewhere.ContainsKey(place))
            _unmetElsewhere.Add(place, call);
        if (isOwn && !_found.ContainsKey(need.Node.Span))
            _found.Add(need.Node.Span, (Create(need, call), need, call));
    }

    /// <summary>What a call needs is there on some path: to see to it once more would be once too often on that one.</summary>
    public void AddMet(NeedEffect need) => _met.Add(need.Node.Span);

    /// <summary>What a call needs is not there, and left to the callers of the private method that is looked at.</summary>
    public void AddForCallers(NeedEffect need, bool isOwn)
    {
        HandsOn |= !isOwn;
        if (isOwn && !_leftToCallers.ContainsKey(need.Node.Span))
            _leftToCallers.Add(need.Node.Span, need);
    }

    /// <summary>The report of a need that another body left to this one, which does not see to it; null where it does.</summary>
    /// <param name="isOnlyCaller">No other body calls that one, and might see to it.</param>
    public Diagnostic? FindUnmet(NeedEffect need, bool isOnlyCaller) =>
        _unmetElsewhere.TryGetValue(need.Node.GetLocation()!, out var call) ? Create(need, call, isOnlyCaller) : null;

    /// <summary>A reference into per-CPU data is used behind its section.</summary>
    public void AddStale(SyntaxNode use, StaleHandle handle)
    {
        // Following a pointer and reading what is there is one use.
        if (!_found.Keys.Any(use.Span.Contains))
            _found.Add(use.Span, (Diagnostic.Create(Rules.StalePerCpuReference, use.GetLocation(), new[] { handle.Leave.GetLocation() }, use.ToString(), handle.Name), null, use));
    }

    /// <summary>A lock is taken that is a copy of the one that is meant.</summary>
    public void AddCopy(SyntaxNodeOrToken copy, string name)
    {
        if (!_found.ContainsKey(copy.Span))
            _found.Add(copy.Span, (Diagnostic.Create(Rules.CopiedLock, copy.GetLocation(), Rules.Text("Copy_Taken", name)), null, copy));
    }

    /// <summary>Atomic flags are passed: reported where the code may sleep for certain, on every path.</summary>
    public void AddAtomicFlags(FlagsArgument flags, string callee, bool isCertain)
    {
        var span = flags.Syntax!.Span;
        if (_flags.TryGetValue(span, out var known))
        {
            _flags[span] = (known.Report, known.IsCertain && isCertain);
            return;
        }

        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.FlagsType, flags.Type!.ToDisplayString())
            .Add(DiagnosticProperties.FlagReplacements, AllocationFlags.SleepingReplacements);
        _flags.Add(span, (Diagnostic.Create(Rules.NeedlesslyAtomic, flags.Syntax.GetLocation(), properties, callee), isCertain));
    }

    /// <summary>Other flags are passed there on some path: who chooses knows why.</summary>
    public void AddOtherFlags(SyntaxNode flags) => _chosen.Add(flags.Span);

    // A body that drops a lock which it has not taken is called with that lock held.
    public IEnumerable<Diagnostic> Diagnostics() => _found.Values
        .Where(found => found.Need?.Lock is not { } needed || !_balance.LeavesCallers(needed))
        .Select(found => found.Need is { } need && _met.Contains(need.Node.Span) ? Create(need, found.Call, isMendedHere: false) : found.Report)
        .Concat(_flags.Where(found => found.Value.IsCertain && !_chosen.Contains(found.Key)).Select(found => found.Value.Report));

    private static Diagnostic Create(NeedEffect need, SyntaxNodeOrToken call, bool isMendedHere = true)
    {
        var story = call == need.Node ? null : new[] { call.GetLocation()! };
        if (need.Lock is null)
            return Diagnostic.Create(Rules.PreemptibleProcessorId, need.Node.GetLocation(), story, need.Callee);

        var isNamed = need.LockText.Length > 0;
        var properties = isNamed && isMendedHere ? ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, need.LockText) : null;
        var needed = isNamed ? Rules.Text("Section_Spinlock", need.LockText) : Rules.Text("Needs_AnySpinlock");
        return Diagnostic.Create(Rules.LockNotHeld, need.Node.GetLocation(), story, properties, need.Callee, needed);
    }
}
