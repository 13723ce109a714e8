using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>What follows from what branches said.</summary>
public class ReasoningTests
{
    private static readonly Value X = Unknown("x"), Y = Unknown("y"), Z = Unknown("z");
    private static readonly PathState Start = new(new TraceState(""));

    [Fact]
    public void A_test_and_its_opposite_exclude_each_other()
    {
        PathState isNull = Start.Assume(Term(Operator.Equal, X, Number(0)), truth: true)!;

        Assert.Equal(Signs.Zero, isNull.SignsOf(X));
        Assert.True(isNull.TruthOf(Term(Operator.Equal, X, ConstantValue.Null)));
        Assert.Null(isNull.Assume(X, truth: true));
        Assert.Null(isNull.Restrict(X, Signs.NonZero));
        Assert.Same(isNull, isNull.Restrict(X, Signs.Zero));
    }

    [Fact]
    public void A_comparison_is_the_opposite_of_its_opposite()
    {
        PathState above = Start.Assume(Term(Operator.Less, Number(3), X), truth: true)!;

        Assert.True(above.TruthOf(Term(Operator.Less, Number(2), X)));
        Assert.False(above.TruthOf(Term(Operator.Less, X, Number(4))));
        Assert.Null(above.TruthOf(Term(Operator.Less, X, Number(9))));
        Assert.Equal(Signs.None, above.SignsOf(X) & Signs.Zero);
    }

    [Fact]
    public void Equal_to_one_constant_is_not_equal_to_another()
    {
        PathState three = Start.Assume(Term(Operator.Equal, X, Number(3)), truth: true)!;

        Assert.False(three.TruthOf(Term(Operator.Equal, X, Number(4))));
        Assert.True(three.TruthOf(Term(Operator.Less, X, Number(4))));
        Assert.Equal((3L, 3L), three.BitsOf(X));
    }

    [Fact]
    public void Bits_that_were_tested_are_known()
    {
        PathState without = Start.Assume(Term(Operator.And, X, Number(16)), truth: false)!;
        PathState with = Start.Assume(Term(Operator.And, X, Number(16)), truth: true)!;

        Assert.Equal(0, without.BitsOf(X).Possible & 16);
        Assert.Equal(16, with.BitsOf(X).Certain & 16);
        Assert.Equal((48L, 48L), Bits(with, Term(Operator.And, Term(Operator.Or, X, Number(32)), Number(48))));
    }

    [Fact]
    public void Terms_of_constants_are_folded()
    {
        Assert.Equal(Number(7), Term(Operator.Or, Number(3), Number(6)));
        Assert.Equal(Number(2), Term(Operator.And, Number(3), Number(6)));
        Assert.Equal(Number(5), Term(Operator.Xor, Number(3), Number(6)));
        Assert.Equal(Number(-4), Term(Operator.Complement, Number(3), null));
        Assert.Equal(ConstantValue.True, Term(Operator.Less, Number(3), Number(6)));
        Assert.Equal(ConstantValue.False, Term(Operator.Equal, Number(3), Number(6)));
        Assert.Equal(X, Term(Operator.Not, Term(Operator.Not, X, null), null));
        Assert.Equal(Term(Operator.Equal, X, Number(0)), Term(Operator.Equal, Number(0), X));
    }

    [Fact]
    public void A_term_that_grows_too_deep_is_given_up()
    {
        Value? term = X;
        for (int i = 0; i <= Value.MaxDepth && term is not null; i++)
            term = Reasoning.Apply(Operator.Or, term, Y);

        Assert.Null(term);
    }

    [Fact]
    public void A_join_knows_what_both_paths_know()
    {
        PathState first = Start.Assume(X, truth: true)!.Assume(Y, truth: true)!;
        PathState second = Start.Assume(X, truth: true)!.Assume(Y, truth: false)!;

        PathState joined = first.Join(second, new MeetingPoint(SyntaxFactory.IdentifierName("meeting"), part: 1), (_, _) => false);

        Assert.True(joined.TruthOf(X));
        Assert.Null(joined.TruthOf(Y));
    }

    // Whatever values the variables have: if tests went as they do for these, no path is cut off and nothing false is known.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Nothing_false_follows(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 3000; round++)
        {
            var actual = new Dictionary<Value, long> { [X] = random.Next(-3, 7), [Y] = random.Next(-3, 7), [Z] = random.Next(-3, 7) };
            PathState? state = Start;
            var story = new List<string>();
            for (int step = 0; step < 6; step++)
            {
                Value test = RandomTest(random, depth: 2);
                bool truth = Evaluate(test, actual) != 0;
                story.Add(test + " is " + truth);
                state = state.Assume(test, truth);
                Assert.True(state is not null, "cut off: " + Tell(actual, story));
            }

            Value asked = RandomTest(random, depth: 2);
            Assert.True(state.TruthOf(asked) is not { } known || known == (Evaluate(asked, actual) != 0), asked + " is wrong: " + Tell(actual, story));
            foreach ((Value variable, long value) in actual)
            {
                Assert.True((state.SignsOf(variable) & Fact.SignsOf(value)) != 0, variable + " has another sign: " + Tell(actual, story));
                (long certain, long possible) = state.BitsOf(variable);
                Assert.True((certain & ~value) == 0 && (value & ~possible) == 0, variable + " has other bits: " + Tell(actual, story));
            }
        }
    }

    private static Value RandomTest(Random random, int depth) => random.Next(depth == 0 ? 3 : 5) switch
    {
        0 => Term(Operator.Equal, RandomNumber(random), RandomNumber(random)),
        1 => Term(Operator.Less, RandomNumber(random), RandomNumber(random)),
        2 => Term(Operator.And, RandomVariable(random), Number(1 << random.Next(3))),
        3 => Term(Operator.Not, RandomTest(random, depth - 1), null),
        _ => Term(Operator.Or, RandomTest(random, depth - 1), RandomTest(random, depth - 1)),
    };

    private static Value RandomNumber(Random random) => random.Next(2) == 0 ? RandomVariable(random) : Number(random.Next(-2, 6));

    private static Value RandomVariable(Random random) => random.Next(3) switch { 0 => X, 1 => Y, _ => Z };

    private static long Evaluate(Value value, Dictionary<Value, long> actual) => value switch
    {
        ConstantValue constant => constant.Bits!.Value,
        OperatorValue { Kind: Operator.Not } not => Evaluate(not.Left, actual) == 0 ? 1 : 0,
        OperatorValue { Kind: Operator.Complement } not => ~Evaluate(not.Left, actual),
        OperatorValue { Right: { } right } operation => (operation.Kind, Evaluate(operation.Left, actual), Evaluate(right, actual)) switch
        {
            (Operator.Equal, var a, var b) => a == b ? 1 : 0,
            (Operator.Less, var a, var b) => a < b ? 1 : 0,
            (Operator.And, var a, var b) => a & b,
            (Operator.Or, var a, var b) => a | b,
            (Operator.Xor, var a, var b) => a ^ b,
            var other => throw new NotSupportedException(other.ToString()),
        },
        _ => actual[value],
    };

    private static string Tell(Dictionary<Value, long> actual, List<string> story) =>
        string.Join(", ", actual.Select(each => each.Key + "=" + each.Value)) + ": " + string.Join("; ", story);

    private static (long, long) Bits(PathState state, Value value) => state.BitsOf(value) is var (certain, possible) ? (certain, possible) : default;

    private static Value Term(Operator kind, Value left, Value? right) => Reasoning.Apply(kind, left, right)!;

    private static ConstantValue Number(long number) => ConstantValue.Of(number);

    private static SiteValue Unknown(string name) => new(SyntaxFactory.ParseExpression(name));
}
