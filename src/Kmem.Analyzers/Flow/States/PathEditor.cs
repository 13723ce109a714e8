using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow.States;

/// <summary>
/// What a path knows of places and values, while several of them change at once. Paths meet far more often than they do
/// anything else; an editor is used again and again, and leaves nothing behind but the result.
/// </summary>
internal sealed class PathEditor
{
    [ThreadStatic]
    private static PathEditor? s_first;

    [ThreadStatic]
    private static PathEditor? s_second;

    private readonly ValueMap<Value>.Builder _cells = new();
    private readonly ValueMap<Fact>.Builder _facts = new();
    private PathState _start = null!;
    private bool _isAged;

    /// <summary>What holds on both of two paths. A place that holds different values has a new one from here on.</summary>
    /// <param name="meeting">Where the paths meet.</param>
    /// <param name="isOfInterest">Of which values it is remembered that they were tested.</param>
    public static (ValueMap<Value> Cells, ValueMap<Fact> Facts) Join(
        PathState first, PathState second, MeetingPoint meeting, Func<Value, DomainState, bool> isOfInterest)
    {
        var one = (s_first ??= new PathEditor()).Start(first);
        var other = (s_second ??= new PathEditor()).Start(second);
        foreach (var cell in first.Cells)
        {
            if (!cell.Value.Equals(second.Cells.Find(cell.Key)))
                Meet(one, other, cell.Key, meeting.ValueOf(cell.Key));
        }

        foreach (var cell in second.Cells)
        {
            if (first.Cells.Find(cell.Key) is null)
                Meet(one, other, cell.Key, meeting.ValueOf(cell.Key));
        }

        one.KeepCommonCells(other);
        one.JoinFacts(other, isOfInterest);
        other.Finish();
        return one.Finish();
    }

    /// <summary>What an expression gave before is from now on the older one.</summary>
    public static (ValueMap<Value> Cells, ValueMap<Fact> Facts) Age(PathState state, SiteValue site)
    {
        var editor = (s_first ??= new PathEditor()).Start(state);
        editor.Age(site, overwritten: null);
        return editor.Finish();
    }

    private static void Meet(PathEditor one, PathEditor other, Value place, SiteValue value)
    {
        one.Meet(place, value);
        other.Meet(place, value);
    }

    private PathEditor Start(PathState state)
    {
        _start = state;
        _isAged = false;
        _cells.Start(state.Cells);
        _facts.Start(state.Facts);
        return this;
    }

    private (ValueMap<Value> Cells, ValueMap<Fact> Facts) Finish()
    {
        _start = null!;
        return (_cells.Finish(), _facts.Finish());
    }

    // The place's new value, of which is known what was known of the one it held.
    private void Meet(Value place, SiteValue value)
    {
        var held = Load(place);
        var signs = SignsOf(held);
        Age(value, overwritten: place);
        _cells.Set(place, value);
        if (signs != Signs.Any)
            _facts.Set(value, new Fact(signs));
    }

    private Value Load(Value place) => _cells.Find(place) ?? (_isAged ? PathState.AtEntry(place) : _start.Load(place));

    // What makes a test true is asked of the whole path; what it asks about was there when the path came here.
    private Signs SignsOf(Value value) => value is OperatorValue
        ? _isAged ? Signs.Any : _start.SignsOf(value)
        : Reasoning.SignsOf(value, _facts.Find(value));

    private void Age(SiteValue site, Value? overwritten)
    {
        if (!IsMentioned(site))
            return;

        _isAged = true;
        var older = site.Older;
        if (!site.IsOlder && IsHeld(site, overwritten))
            Age(older, overwritten); // Two that share a name would be taken for one.
        var known = KnownOfBoth(site, older);
        _facts.Update((site, older), static (fact, old) => fact.Key.Mentions(old.site) || fact.Key.Mentions(old.older) ? null : fact.Value);
        if (IsHeld(site, overwritten) && known is not null)
            _facts.Set(older, known);
        _cells.Update((site, older, overwritten), static (cell, aged) => AgedValue(cell, aged.site, aged.older, aged.overwritten));
    }

    private static Value? AgedValue(KeyValuePair<Value, Value> cell, SiteValue site, SiteValue older, Value? overwritten)
    {
        if (cell.Key.Mentions(site))
            return null;
        if (cell.Value.Equals(site) && !cell.Key.Equals(overwritten))
            return older;

        return cell.Value.Mentions(site) ? Unnamed(cell.Key, site) : cell.Value;
    }

    // What is made of the value has no name any more. The place does not hold what it did when the method began, as it would if nothing were known of it.
    private static SiteValue? Unnamed(Value place, SiteValue site)
    {
        const int Part = 30_000;
        return place is CaptureAddress or NoteAddress ? null : SiteValue.AtMeeting(site.Syntax, Part, place);
    }

    private bool IsMentioned(SiteValue site)
    {
        foreach (var cell in _cells)
        {
            if (cell.Key.Mentions(site) || cell.Value.Mentions(site))
                return true;
        }

        foreach (var fact in _facts)
        {
            if (fact.Key.Mentions(site))
                return true;
        }

        return false;
    }

    private bool IsHeld(SiteValue site, Value? overwritten)
    {
        foreach (var cell in _cells)
        {
            if (cell.Value.Equals(site) && !cell.Key.Mentions(site) && !cell.Key.Equals(overwritten))
                return true;
        }

        return false;
    }

    // What was found out about the value stays so when it becomes the older one; about two that share that name, only what holds for both.
    private Fact? KnownOfBoth(SiteValue site, SiteValue older)
    {
        if (_facts.Find(site) is not { } known)
            return null;

        foreach (var cell in _cells)
        {
            if (cell.Value.Equals(older))
                return _facts.Find(older) is { } other && other.Signs == known.Signs && Equals(other.Constant, known.Constant) ? known : null;
        }

        return known;
    }

    private void KeepCommonCells(PathEditor other) =>
        _cells.Update(other._cells, static (cell, second) => cell.Value.Equals(second.Find(cell.Key)) ? cell.Value : null);

    private void JoinFacts(PathEditor other, Func<Value, DomainState, bool> isOfInterest)
    {
        var (first, second) = (_start.Domain, other._start.Domain);
        _facts.Update(
            (other, isOfInterest, first, second),
            static (fact, with) => Join(fact, with.other._facts.Find(fact.Key), with.isOfInterest(fact.Key, with.first) || with.isOfInterest(fact.Key, with.second)));
        foreach (var fact in other._facts)
        {
            if (_facts.Find(fact.Key) is null && (isOfInterest(fact.Key, first) || isOfInterest(fact.Key, second)))
                _facts.Set(fact.Key, Fact.Join(null, fact.Value));
        }
    }

    // What only one of the paths tested stays marked as tested, where that is of interest; else it is what it is on either.
    private static Fact? Join(KeyValuePair<Value, Fact> fact, Fact? other, bool isOfInterest) =>
        fact.Value.Equals(other) ? fact.Value : isOfInterest ? Fact.Join(fact.Value, other) : Fact.Either(fact.Value, other);
}
