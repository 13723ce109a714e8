using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow.States;

/// <summary>
/// The different states in which a block was entered. Two of which nothing is lost when they become one do so at once: they differ
/// in how a single test went, and a later test of the same parts them anew. Where states are many, more is given up, but nothing
/// that the analysis itself tells apart; only at the bound that too.
/// </summary>
internal sealed class BlockStates
{
    /// <summary>How many different states a block keeps apart.</summary>
    public const int MaxCount = 16;

    /// <summary>From how many on what numbers are, and how they hang together, is no longer worth a state of its own.</summary>
    private const int ManyCount = 2;

    /// <summary>As <see cref="ManyCount"/>, of values that are tested in several places: so many alternatives of one condition are told apart.</summary>
    private const int ManyAlternatives = 4;

    private readonly MeetingPoint _meeting;
    private readonly Func<Value, DomainState, bool> _isOfInterest;
    private readonly Func<Value, bool> _isTestedAgain;
    private readonly bool _hasCalls;

    // In the order in which they came; those that were taken stand in front of those that wait.
    private readonly List<PathState> _seen = new(1);
    private int _taken;

    /// <param name="meeting">The point where this block begins.</param>
    /// <param name="isOfInterest">Whether paths that know different things of a value are to be told apart.</param>
    /// <param name="isTestedAgain">Whether a condition on a value is tested in several places.</param>
    /// <param name="hasCalls">Whether the block calls anything: else the analysis knows the same behind it.</param>
    public BlockStates(MeetingPoint meeting, Func<Value, DomainState, bool> isOfInterest, Func<Value, bool> isTestedAgain, bool hasCalls)
    {
        _meeting = meeting;
        _isOfInterest = isOfInterest;
        _isTestedAgain = isTestedAgain;
        _hasCalls = hasCalls;
    }

    public bool HasWaiting => _taken < _seen.Count;

    /// <summary>Takes in a state; it waits unless those that are there cover it.</summary>
    public void Add(PathState state)
    {
        for (var i = _seen.Count - 1; i >= 0; i--)
        {
            if (Merge(_seen[i], state) is not { } merged)
                continue;
            if (merged.Equals(_seen[i]))
                return;

            RemoveAt(i);
            state = merged;
            i = _seen.Count;
        }

        if (_seen.Count >= MaxCount)
            Widen(state);
        else
            _seen.Add(state);
    }

    public PathState TakeNext() => _seen[_taken++];

    /// <summary>
    /// Which of several states is best joined with one more, where there are too many: one that the analysis itself cannot
    /// tell from it, else any.
    /// </summary>
    public static int PartnerFor<T>(PathState state, List<T> candidates, Func<T, PathState> stateOf)
    {
        var same = candidates.FindLastIndex(candidate => stateOf(candidate).Domain.Equals(state.Domain));
        return same < 0 ? candidates.Count - 1 : same;
    }

    /// <summary>One state for two, if that loses little enough.</summary>
    private PathState? Merge(PathState first, PathState second)
    {
        if (!first.Domain.Equals(second.Domain))
            return null;
        if (!first.Cells.Equals(second.Cells))
            return DifferInNumbersOnly(first, second) && CanForgetFacts(first, second) ? Join(first, second) : null;
        if (Covers(first, second))
            return first;
        if (Covers(second, first))
            return second;

        return CanForgetFacts(first, second) ? Join(first, second) : null;
    }

    private static bool Covers(PathState general, PathState special)
    {
        foreach (var fact in general.Facts)
        {
            if (special.Facts.Find(fact.Key) is not { } other || !fact.Value.Covers(other))
                return false;
        }

        return true;
    }

    // Constants are what a program tells its own paths apart by.
    private static bool DifferInNumbersOnly(PathState first, PathState second)
    {
        foreach (var cell in first.Cells)
        {
            var other = second.Cells.Find(cell.Key);
            if (!cell.Value.Equals(other) && (!HoldsPlainNumber(cell.Key) || (cell.Value is ConstantValue && other is ConstantValue)))
                return false;
        }

        foreach (var cell in second.Cells)
        {
            if (!HoldsPlainNumber(cell.Key) && first.Cells.Find(cell.Key) is null)
                return false;
        }

        return true;
    }

    private static bool HoldsPlainNumber(Value place) => Places.IsPlainNumber(Places.TypeOf(place));

    private bool CanForgetFacts(PathState first, PathState second)
    {
        var differing = 0;
        foreach (var fact in first.Facts)
        {
            var other = second.Facts.Find(fact.Key);
            if (fact.Value.Equals(other))
                continue;
            if (IsOfInterest(fact.Key, first, second))
                return false;
            if (IsMany(fact.Key, first) || (other is null && IsNeedless(fact.Key, first, second)))
                continue;
            if (other is null || !Equals(fact.Value.Constant, other.Constant) || differing++ > 0)
                return false;
        }

        foreach (var fact in second.Facts)
        {
            if (first.Facts.Find(fact.Key) is null && (IsOfInterest(fact.Key, first, second) || !(IsMany(fact.Key, first) || IsNeedless(fact.Key, second, first))))
                return false;
        }

        return _seen.Count < ManyCount || !TellApart(first, second);
    }

    // Known on one path only, and of no use where they have met: the other has no such value, or a test that is forgotten with it implies it.
    private bool IsNeedless(Value value, PathState state, PathState other) => other.HasLost(value, _isOfInterest) || IsImplied(value, state, other);

    // What is not below a bound above zero is not zero.
    private static bool IsImplied(Value value, PathState state, PathState other)
    {
        foreach (var fact in state.Facts)
        {
            if (fact.Key is OperatorValue { Kind: Operator.Less } test && test.Left.Equals(value) && other.Facts.Find(test) is { } differing && !differing.Equals(fact.Value))
                return true;
        }

        return false;
    }

    private bool IsMany(Value value, PathState state) =>
        _seen.Count >= ManyAlternatives || (_seen.Count >= ManyCount && !(_isTestedAgain(value) && MayTell(state)));

    // What a test may tell of what the analysis knows: something else on another path, or something new soon.
    private bool MayTell(PathState state)
    {
        if (_hasCalls)
            return true;

        foreach (var other in _seen)
        {
            if (!other.Domain.Equals(state.Domain))
                return true;
        }

        return false;
    }

    // What rules out, on each of two paths, that the code is where the analysis knows something else: `a || b` that is tested again.
    private bool TellApart(PathState first, PathState second)
    {
        foreach (var other in _seen)
        {
            if (!other.Domain.Equals(first.Domain) && !RulesOut(first, second, other) && RulesOut(first, first, other) && RulesOut(second, second, other))
                return true;
        }

        return false;
    }

    // Whether what two paths have in common contradicts a third one.
    private static bool RulesOut(PathState first, PathState second, PathState other)
    {
        foreach (var fact in other.Facts)
        {
            if (first.Facts.Find(fact.Key) is { } a && second.Facts.Find(fact.Key) is { } b && ((a.Signs | b.Signs) & fact.Value.Signs) == Signs.None)
                return true;
        }

        return false;
    }

    private bool IsOfInterest(Value value, PathState first, PathState second) => _isOfInterest(value, first.Domain) || _isOfInterest(value, second.Domain);

    private PathState Join(PathState first, PathState second) => first.Join(second, _meeting, _isOfInterest);

    private void Widen(PathState state)
    {
        var partner = PartnerFor(state, _seen, each => each);
        var joined = Join(_seen[partner], state);
        if (_seen.Contains(joined))
            return;

        RemoveAt(partner);
        _seen.Add(joined);
    }

    private void RemoveAt(int index)
    {
        if (index < _taken)
            _taken--;
        _seen.RemoveAt(index);
    }
}
