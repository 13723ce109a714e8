using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// What a function that hands out memory through an argument gives back to say how it went: true, or zero, where there is memory.
/// </summary>
internal static class AllocationStatus
{
    /// <summary>The result of a call, where it can be a status; null where it cannot.</summary>
    public static Value? Of(CallSite site) => site.Method is { ReturnType: var type } && IsStatus(type) ? site.Result : null;

    /// <summary>Whether what a method returns can say how it went.</summary>
    public static bool IsStatus(ITypeSymbol type) => IsNumber(type) || IsTruth(type) || type.TypeKind == TypeKind.Enum;

    /// <summary>The status of memory of which is known that it is there.</summary>
    public static Value Success { get; } = ConstantValue.True;

    /// <summary>A branch has looked at the status.</summary>
    public static bool WasAsked(Memory memory, PathState state)
    {
        if (memory.Status is not { } status)
            return false;
        if (status.Equals(Success))
            return true;
        if (state.Facts.Find(status) is not null)
            return true;

        foreach (var fact in state.Facts)
        {
            if (fact.Key is OperatorValue && fact.Key.Mentions(status))
                return true;
        }

        return false;
    }

    /// <summary>On this path the status says that there is no memory.</summary>
    public static bool SaysFailure(Memory memory, PathState state) =>
        FactOf(memory, state) is { IsUncertain: false, Signs: var signs } && (IsTruth(memory) ? signs == Signs.Zero : (signs & Signs.Zero) == 0);

    /// <summary>Nothing has to be asked of the status any more: on this path it says that there is memory.</summary>
    public static bool SaysSuccess(Memory memory, PathState state) =>
        Success.Equals(memory.Status) || FactOf(memory, state) is { IsUncertain: false, Signs: var signs } && (IsTruth(memory) ? (signs & Signs.Zero) == 0 : signs == Signs.Zero);

    /// <summary>What is known of the status does not rule out that there is memory, and no test asked for anything but that.</summary>
    public static bool MaySaySuccess(Memory memory, PathState state) =>
        Success.Equals(memory.Status) || FactOf(memory, state) is { IsUncertain: false, Signs: var signs } && (signs & (IsTruth(memory) ? Signs.NonZero : Signs.Zero)) != 0;

    private static Fact? FactOf(Memory memory, PathState state) => memory.Status is { } status ? state.Facts.Find(status) : null;

    // Whoever passes the status on may have compared it, and give the truth of that.
    private static bool IsTruth(Memory memory) => IsTruth(memory.Allocator.ReturnType);

    private static bool IsTruth(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean;

    private static bool IsNumber(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64;
}
