using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.States;

/// <summary>What follows about values from the facts of a path, and what a branch adds to them.</summary>
internal static class Reasoning
{
    /// <summary>Applies an operator, folded where the operands are known; null where the term would grow too deep.</summary>
    public static Value? Apply(Operator kind, Value left, Value? right)
    {
        if (kind is Operator.Or or Operator.And or Operator.Equal && left is ConstantValue && right is not null and not ConstantValue)
            (left, right) = (right, left);
        if (Fold(kind, left, right) is { } folded)
            return folded;

        var value = new OperatorValue(kind, left, right);
        return value.Depth <= Value.MaxDepth ? value : null;
    }

    public static Signs SignsOf(this PathState state, Value value) => value is OperatorValue { Kind: Operator.Not or Operator.Equal or Operator.Less } test
        ? state.TruthOf(test) switch { true => Signs.NonZero, false => Signs.Zero, _ => Signs.Any }
        : SignsOf(value, state.Facts.Find(value));

    /// <summary>The signs of a value that is no test, by what is known of it.</summary>
    public static Signs SignsOf(Value value, Fact? known) => value switch
    {
        ConstantValue { Bits: { } bits } => Fact.SignsOf(bits),
        ConstantValue or ThisValue or VariableAddress or FieldAddress or FunctionValue => Signs.NonZero,
        _ => known?.Signs ?? Signs.Any,
    };

    /// <summary>Whether a value is known to be true (not zero) or false (zero).</summary>
    public static bool? TruthOf(this PathState state, Value value)
    {
        if (value is OperatorValue { Kind: Operator.Not } not)
            return !state.TruthOf(not.Left);
        if (state.Facts.Find(value) is { } fact && FromSigns(fact.Signs) is { } known)
            return known;
        if (value is OperatorValue { Right: { } right } test)
            return Decide(state, test.Kind, test.Left, right);

        return value is OperatorValue ? null : FromSigns(state.SignsOf(value));
    }

    /// <summary>The path on which a value is true (not zero), or false; null where there is none.</summary>
    /// <param name="isKept">Whether what is learned here can matter later.</param>
    public static PathState? Assume(this PathState state, Value value, bool truth, bool isKept = true)
    {
        if (state.TruthOf(value) is { } known)
            return known == truth ? state : null;

        return value switch
        {
            OperatorValue { Kind: Operator.Not } not => state.Assume(not.Left, !truth, isKept),
            OperatorValue { Kind: Operator.Matches } match when truth => AssumeMatch(state, match, isKept),
            OperatorValue { Kind: Operator.And, Right: { } right } both when truth && AreTests(both.Left, right) => AssumeEach(state, both, right, truth, isKept),
            OperatorValue { Kind: Operator.Or, Right: { } right } either when !truth && AreTests(either.Left, right) => AssumeEach(state, either, right, truth, isKept),
            OperatorValue { Kind: Operator.And or Operator.Or, Right: { } right } tests when AreTests(tests.Left, right) && SubjectOf(tests) is { } subject =>
                AssumeAny(state, tests, right, subject, truth, isKept),
            OperatorValue { Kind: Operator.Equal, Right: { } right } test => AssumeEqual(state, test, right, truth, isKept),
            OperatorValue { Kind: Operator.Less, Right: { } right } test =>
                AssumeOrder(state, test, right, truth, isKept),
            _ => state.Restrict(value, truth ? Signs.NonZero : Signs.Zero, isKept),
        };
    }

    /// <summary>The path on which a value has one of the signs; null where there is none.</summary>
    public static PathState? Restrict(this PathState state, Value value, Signs signs, bool isKept = true)
    {
        var left = state.SignsOf(value) & signs;
        if (left == Signs.None)
            return null;
        if (!isKept || value is ConstantValue || (left == state.SignsOf(value) && state.Facts.Find(value) is { IsUncertain: false }))
            return state;

        var fact = state.Facts.Find(value);
        return state with { Facts = state.Facts.Set(value, new Fact(left, fact?.Constant)) };
    }

    /// <summary>The bits that a value has for certain, and those it may have.</summary>
    public static (long Certain, long Possible) BitsOf(this PathState state, Value value)
    {
        var bits = value switch
        {
            ConstantValue { Bits: { } known } => (known, known),
            OperatorValue { Kind: Operator.Or, Right: { } right } or => Both(state, or.Left, right, (a, b) => a | b, (a, b) => a | b),
            OperatorValue { Kind: Operator.And, Right: { } right } and => Both(state, and.Left, right, (a, b) => a & b, (a, b) => a & b),
            OperatorValue { Kind: Operator.Complement } not when state.BitsOf(not.Left) is var (certain, possible) => (~possible, ~certain),
            _ => (0L, ~0L),
        };
        if (state.Facts.Find(value)?.Constant is { Bits: { } equal })
            return (equal, equal);

        return Tested(state, value, bits);
    }

    // `(flags & mask) == 0` and its opposite say which bits are there.
    private static (long Certain, long Possible) Tested(PathState state, Value value, (long Certain, long Possible) bits)
    {
        foreach (var fact in state.Facts)
        {
            if (fact.Key is not OperatorValue { Kind: Operator.And, Right: ConstantValue { Bits: { } mask } } test || !test.Left.Equals(value))
                continue;
            if (fact.Value.Signs == Signs.Zero)
                bits.Possible &= ~mask;
            else if ((fact.Value.Signs & Signs.Zero) == 0 && (mask & (mask - 1)) == 0)
                bits.Certain |= mask;
        }

        return bits;
    }

    private static (long Certain, long Possible) Both(
        PathState state, Value left, Value right, System.Func<long, long, long> certain, System.Func<long, long, long> possible)
    {
        var a = state.BitsOf(left);
        var b = state.BitsOf(right);
        return (certain(a.Certain, b.Certain), possible(a.Possible, b.Possible));
    }

    private static Value? Fold(Operator kind, Value left, Value? right) => (kind, left, right) switch
    {
        (Operator.Not, OperatorValue { Kind: Operator.Not } inner, _) => inner.Left,
        (Operator.Not, ConstantValue { Bits: { } a }, _) => ConstantValue.Of(a == 0),
        (Operator.Complement, ConstantValue { Bits: { } a }, _) => ConstantValue.Of(~a),
        (Operator.Equal, _, _) when left.Equals(right) && left is not SiteValue { IsOldest: true } => ConstantValue.True,
        (Operator.Equal, ConstantValue { Bits: { } a }, ConstantValue { Bits: { } b }) => ConstantValue.Of(a == b),
        (Operator.Less, ConstantValue { Bits: { } a }, ConstantValue { Bits: { } b }) => ConstantValue.Of(a < b),

        // `3 < n` is not `n < 4`: one form for both ways to write a bound.
        (Operator.Less, ConstantValue { Bits: { } a and < long.MaxValue }, not null and not ConstantValue) =>
            Apply(Operator.Not, new OperatorValue(kind, right, ConstantValue.Of(a + 1)), null),
        (Operator.Or, ConstantValue { Bits: { } a }, ConstantValue { Bits: { } b }) => ConstantValue.Of(a | b),
        (Operator.And, ConstantValue { Bits: { } a }, ConstantValue { Bits: { } b }) => ConstantValue.Of(a & b),
        (Operator.Xor, ConstantValue { Bits: { } a }, ConstantValue { Bits: { } b }) => ConstantValue.Of(a ^ b),
        (Operator.Or, _, ConstantValue { Bits: 0 }) => left,
        (Operator.And, _, ConstantValue { Content: true }) => left,

        // Tests of a bool against a bool are the bool.
        (Operator.Equal, _, ConstantValue { Content: true }) => left,
        (Operator.Equal, _, ConstantValue { Content: false }) => Apply(Operator.Not, left, null),
        _ => null,
    };

    private static bool? Decide(PathState state, Operator kind, Value left, Value right)
    {
        var a = state.SignsOf(left);
        var b = state.SignsOf(right);
        switch (kind)
        {
            case Operator.Equal when right is ConstantValue constant && state.Facts.Find(left)?.Constant is { } equal:
                return equal.Equals(constant) || (equal.Bits is { } bits && bits == constant.Bits);
            case Operator.Equal when IsStackMemory(left) && IsCallResult(right) || IsStackMemory(right) && IsCallResult(left):
                return false;
            case Operator.Equal:
                return a == Signs.Zero && b == Signs.Zero ? true : (a & b) == Signs.None ? false : null;
            case Operator.Less when right is ConstantValue { Bits: { } bound }:
                return DecideOrder(state, left, bound);
            case Operator.And when AreTests(left, right):
                return a == Signs.Zero || b == Signs.Zero ? false : (a & Signs.Zero) == 0 && (b & Signs.Zero) == 0 ? true : null;
            case Operator.And:
                var (certain, possible) = state.BitsOf(new OperatorValue(kind, left, right));
                return certain != 0 ? true : possible == 0 ? false : null;
            case Operator.Or when (a & Signs.Zero) == 0 || (b & Signs.Zero) == 0:
                return true;
            case Operator.Or when a == Signs.Zero && b == Signs.Zero:
                return false;
            default:
                return null;
        }
    }

    // What a function gives is not what this body has on its stack; one that gives back what it was passed is known by its contract.
    private static bool IsStackMemory(Value value) =>
        value is VariableAddress or SiteValue { Syntax: StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax };

    private static bool IsCallResult(Value value) => value is SiteValue { Part: 0, Syntax: InvocationExpressionSyntax };

    // Null matches nothing.
    private static PathState? AssumeMatch(PathState state, OperatorValue match, bool isKept)
    {
        var matching = state.Restrict(match.Left, Signs.NonZero, isKept);
        return isKept && matching is not null && match.Right is ConstantValue ? Remember(matching, match, truth: true) : matching;
    }

    private static PathState? AssumeEach(PathState state, OperatorValue tests, Value right, bool truth, bool isKept) =>
        state.Assume(tests.Left, truth, isKept)?.Assume(right, truth, isKept) is not { } each ? null : isKept ? Remember(each, tests, truth) : each;

    // One of two tests of the same value holds: `p is 0 or -1`.
    private static PathState? AssumeAny(PathState state, OperatorValue tests, Value right, Value subject, bool truth, bool isKept)
    {
        var first = state.Assume(tests.Left, truth);
        var second = state.Assume(right, truth);
        if (first is null && second is null)
            return null;

        var signs = (first?.SignsOf(subject) ?? Signs.None) | (second?.SignsOf(subject) ?? Signs.None);
        return state.Restrict(subject, signs, isKept) is not { } either ? null : isKept ? Remember(either, tests, truth) : either;
    }

    private static Value? SubjectOf(Value test) => test switch
    {
        OperatorValue { Kind: Operator.Not } not => SubjectOf(not.Left),
        OperatorValue { Kind: Operator.Equal or Operator.Less, Right: ConstantValue } compared => compared.Left,
        OperatorValue { Kind: Operator.And or Operator.Or, Right: { } right } tests when SubjectOf(tests.Left) is { } subject && subject.Equals(SubjectOf(right)) => subject,
        _ => null,
    };

    private static bool AreTests(Value left, Value right) => IsTest(left) && IsTest(right);

    private static bool IsTest(Value value) => value is OperatorValue test
        && (test.Kind is Operator.Not or Operator.Equal or Operator.Less or Operator.Matches
            || (test is { Kind: Operator.And or Operator.Or, Right: { } right } && AreTests(test.Left, right)));

    private static PathState? AssumeEqual(PathState state, OperatorValue test, Value right, bool truth, bool isKept)
    {
        if (right is ConstantValue { Bits: 0 })
            return state.Restrict(test.Left, truth ? Signs.Zero : Signs.NonZero, isKept);
        if (!isKept)
            return state;
        if (truth && right is ConstantValue { Bits: { } bits } constant)
        {
            return state.Restrict(test.Left, Fact.SignsOf(bits)) is { } restricted
                ? restricted with { Facts = restricted.Facts.Set(test.Left, new Fact(Fact.SignsOf(bits), constant)) }
                : null;
        }

        return Remember(state, test, truth);
    }

    private static bool? DecideOrder(PathState state, Value value, long bound)
    {
        if (state.Facts.Find(value)?.Constant?.Bits is { } equal)
            return equal < bound;
        if (SignsBelow(bound) is { } below && FromSigns(state.SignsOf(value), below) is { } known)
            return known;

        foreach (var fact in state.Facts)
        {
            if (fact.Key is not OperatorValue { Kind: Operator.Less, Right: ConstantValue { Bits: { } other } } test || !test.Left.Equals(value))
                continue;
            if (fact.Value.Signs == Signs.Zero ? other >= bound : other <= bound)
                return fact.Value.Signs != Signs.Zero;
        }

        return null;
    }

    private static PathState? AssumeOrder(PathState state, OperatorValue test, Value right, bool truth, bool isKept)
    {
        if (right is ConstantValue { Bits: { } bound } && SignsBelow(bound) is { } below)
            return state.Restrict(test.Left, truth ? below : Signs.Any & ~below, isKept);

        // What is not below a bound above zero is not zero.
        var known = !truth && right is ConstantValue { Bits: > 1 } ? state.Restrict(test.Left, Signs.NonZero, isKept) : state;
        return isKept && known is not null ? Remember(known, test, truth) : known;
    }

    // The signs of everything below a bound, where they alone tell what is below it.
    private static Signs? SignsBelow(long bound) => bound switch
    {
        0 => Signs.Negative,
        1 => Signs.Negative | Signs.Zero,
        _ => null,
    };

    private static PathState Remember(PathState state, Value test, bool truth) =>
        state with { Facts = state.Facts.Set(test, truth ? Fact.NonZero : Fact.Zero) };

    private static bool? FromSigns(Signs signs) => FromSigns(signs, Signs.NonZero);

    private static bool? FromSigns(Signs signs, Signs trueOnes) =>
        (signs & trueOnes) == 0 ? false : (signs & ~trueOnes) == 0 ? true : null;
}
