using System.Globalization;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Whether an allocation has failed on a path.</summary>
internal static class AllocationFailure
{
    private const long LastErrorCode = 4096;

    /// <summary>Once tested, it has failed only where the test said so; a test whose outcome was lost in a join says nothing.</summary>
    public static bool MayHaveFailed(Value value, Memory memory, PathState state) =>
        !AllocationStatus.WasAsked(memory, state) && (state.TruthOf(IsFailure(value, memory)) ?? FailureFact(value, memory, state) is null);

    public static bool HasFailed(Value value, Memory memory, PathState state) =>
        state.TruthOf(IsFailure(value, memory)) == true || AllocationStatus.SaysFailure(memory, state);

    /// <summary>Whether a value may as well be what a failed allocation gives.</summary>
    public static bool MayBeNothing(Value value, Memory memory, PathState state) =>
        memory.FailureValue == 0 ? (state.SignsOf(value) & Signs.Zero) != 0 : state.TruthOf(IsFailure(value, memory)) != false;

    /// <summary>
    /// A branch has found the value null or below, or among the last addresses there are, where no memory is: functions that give a
    /// pointer or an error code give one of them for the code.
    /// </summary>
    public static bool IsNoAddress(Value value, PathState state)
    {
        if ((state.SignsOf(value) & Signs.Positive) == 0)
            return true;

        foreach (var fact in state.Facts)
        {
            if (fact is { Key: OperatorValue { Kind: Operator.Less, Left: var left, Right: ConstantValue { Bits: < 0 and >= -LastErrorCode } }, Value: { IsUncertain: false, Signs: Signs.Zero } }
                && left.Equals(value))
                return true;
        }

        return false;
    }

    public static Fact? FailureFact(Value value, Memory memory, PathState state) =>
        state.Facts.Find(memory.FailureValue == 0 ? value : IsFailure(value, memory));

    public static OperatorValue IsFailure(Value value, Memory memory) =>
        new(Operator.Equal, value, memory.FailureValue == 0 ? ConstantValue.Null : ConstantValue.Of(memory.FailureValue));

    public static string LiteralOf(Memory memory, ITypeSymbol? type)
    {
        if (memory.FailureValue != 0)
            return memory.FailureValue.ToString(CultureInfo.InvariantCulture);

        return type is null or IPointerTypeSymbol || type.IsReferenceType ? "null" : "0";
    }
}
