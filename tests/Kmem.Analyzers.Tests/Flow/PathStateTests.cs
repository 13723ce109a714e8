using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>What becomes of a path's knowledge where an expression is evaluated again, and where paths meet.</summary>
public class PathStateTests
{
    private static readonly CaptureAddress A = new(1), B = new(2);
    private static readonly SiteValue Call = Site("call"), Other = Site("other");
    private static readonly PathState Start = new(new TraceState(""));

    private readonly MeetingPoint _meeting = new(SyntaxFactory.IdentifierName("meeting"), part: 1);

    [Fact]
    public void What_an_expression_gave_before_is_the_older_value_when_it_gives_another()
    {
        PathState aged = Store(Start.Restrict(Call, Signs.NonZero)!, (A, Call)).Age(Call);

        Assert.Equal(Call.Older, aged.Load(A));
        Assert.Equal(Signs.NonZero, aged.SignsOf(Call.Older));
        Assert.Equal(Signs.Any, aged.SignsOf(Call));
    }

    [Fact]
    public void An_older_value_makes_way_for_the_next_one()
    {
        PathState aged = Store(Start.Restrict(Call, Signs.NonZero)!, (A, Call), (B, Call.Older)).Age(Call);

        Assert.Equal(Call.Older, aged.Load(A));
        Assert.Equal(Call.Older.Older, aged.Load(B));
        Assert.Equal(Signs.NonZero, aged.SignsOf(Call.Older));
        Assert.Equal(Signs.Any, aged.SignsOf(Call.Older.Older));
    }

    [Fact]
    public void Of_the_oldest_values_only_what_holds_for_all_is_known()
    {
        PathState start = Store(Start.Restrict(Call.Older, Signs.NonZero)!, (A, Call), (B, Call.Older), (new ElementAddress(Other, ConstantValue.Of(0)), Call.Older.Older));
        PathState aged = start.Age(Call);
        PathState alike = start.Restrict(Call.Older.Older, Signs.NonZero)!.Age(Call);

        Assert.Equal(Call.Older.Older, aged.Load(B));
        Assert.Equal(Signs.Any, aged.SignsOf(Call.Older.Older));
        Assert.Equal(Signs.NonZero, alike.SignsOf(Call.Older.Older));
        Assert.Equal(Call.Older.Older, Call.Older.Older.Older);
    }

    [Fact]
    public void Two_of_the_oldest_values_need_not_be_the_same()
    {
        Assert.NotEqual(ConstantValue.True, Reasoning.Apply(Operator.Equal, Call.Older.Older, Call.Older.Older));
        Assert.Equal(ConstantValue.True, Reasoning.Apply(Operator.Equal, Call.Older, Call.Older));
    }

    [Fact]
    public void What_is_made_of_a_value_goes_with_it()
    {
        Value test = new OperatorValue(Operator.Equal, Call, Other);
        PathState aged = Store(Start.Assume(test, truth: true)!, (new ElementAddress(Call, ConstantValue.Of(0)), Other), (B, test)).Age(Call);

        Assert.Empty(aged.Cells);
        Assert.Empty(aged.Facts);
    }

    [Fact]
    public void A_value_that_nothing_mentions_leaves_the_path_as_it_is()
    {
        PathState state = Store(Start, (A, Other));

        Assert.Same(state, state.Age(Call));
    }

    [Fact]
    public void A_place_that_holds_different_values_has_a_new_one_with_what_holds_for_both()
    {
        PathState first = Store(Start.Restrict(Call, Signs.Positive)!, (A, Call), (B, Other));
        PathState second = Store(Start, (A, ConstantValue.Of(-1)), (B, Other));

        PathState joined = Join(first, second);

        Assert.Equal(_meeting.ValueOf(A), joined.Load(A));
        Assert.Equal(Signs.NonZero, joined.SignsOf(joined.Load(A)));
        Assert.Equal(Other, joined.Load(B));
    }

    [Fact]
    public void A_place_that_was_written_on_one_path_only_is_not_known_behind()
    {
        PathState joined = Join(Store(Start, (A, Call)), Start);

        Assert.Equal(_meeting.ValueOf(A), joined.Load(A));
        Assert.Equal(joined, Join(Start, Store(Start, (A, Call))));
    }

    [Fact]
    public void Where_paths_meet_again_other_places_keep_the_value_of_the_last_time()
    {
        PathState once = Join(Store(Start, (A, ConstantValue.Of(1))), Store(Start, (A, ConstantValue.Of(2))));
        PathState round = Store(once, (B, once.Load(A)), (A, ConstantValue.Of(3)));
        PathState left = Store(once, (B, once.Load(A)));

        PathState joined = Join(left, round);

        Assert.Equal(_meeting.ValueOf(A), joined.Load(A));
        Assert.Equal(_meeting.ValueOf(A).Older, joined.Load(B));
    }

    [Fact]
    public void Which_path_comes_first_makes_no_difference()
    {
        PathState first = Store(Start.Restrict(Call, Signs.Positive)!.Restrict(Other, Signs.Zero)!, (A, Call), (B, Other));
        PathState second = Store(Start.Restrict(Other, Signs.NonZero)!, (A, Other));

        Assert.Equal(Join(first, second), Join(second, first));
    }

    [Fact]
    public void What_was_known_of_a_value_goes_with_the_last_place_that_holds_it()
    {
        Value test = new OperatorValue(Operator.Less, Call, ConstantValue.Of(6));
        PathState held = Store(Start.Restrict(Call, Signs.Positive)!.Assume(test, truth: true)!.Restrict(Other, Signs.Zero)!, (A, Call), (B, Call));

        PathState left = held.Drop([A], (_, _) => false);

        Assert.Equal(Signs.Positive, left.SignsOf(Call));
        Assert.Empty(left.Drop([B], (_, _) => false).Facts);
        Assert.True(left.Drop([B], (value, _) => value.Equals(Call)).TruthOf(test));
    }

    private PathState Join(PathState first, PathState second) => first.Join(second, _meeting, (_, _) => false);

    private static PathState Store(PathState state, params (Value Address, Value Content)[] cells) =>
        cells.Aggregate(state, (current, cell) => current.Store(cell.Address, cell.Content, SyntaxFactory.IdentifierName("store")));

    private static SiteValue Site(string name) => new(SyntaxFactory.IdentifierName(name));
}
