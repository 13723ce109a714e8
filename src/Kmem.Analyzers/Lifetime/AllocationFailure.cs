using System.Globalization;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Whether an allocation has failed on a path.</summary>
internal static class AllocationFailure
{
    /// <summary>Once tested, it has failed only where the test said so; a test whose outcome was lost in a join says nothing.</summary>
    public static bool MayHaveFailed(Value value, Memory memory, PathState state) =>
        !AllocationStatus.WasAsked(memory, state) && (state.TruthOf(IsFailure(value, memory)) ?? FailureFact(value, memory, state) is null);

    public static bool HasFailed(Value value, Memory memory, PathState state) =>
        state.TruthOf(IsFailure(value, memory)) == true || AllocationStatus.SaysFailure(memory, state);

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
