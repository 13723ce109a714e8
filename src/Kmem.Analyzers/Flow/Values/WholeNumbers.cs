using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>Computes with whole numbers that stay far from what their types can hold.</summary>
internal static class WholeNumbers
{
    // Beyond any allocator, and far from where the arithmetic itself would overflow.
    private const long Most = 1L << 40;

    /// <summary>The result of an operator; null where it is not computed here.</summary>
    public static long? Combine(BinaryOperatorKind kind, long left, long right)
    {
        if (left is < 0 or > Most || right is < 0 or > Most)
            return null;

        return kind switch
        {
            BinaryOperatorKind.Add => left + right,
            BinaryOperatorKind.Subtract => left - right,
            BinaryOperatorKind.Multiply when right == 0 || left <= long.MaxValue / right => left * right,
            BinaryOperatorKind.Divide when right != 0 => left / right,
            BinaryOperatorKind.LeftShift when right < 64 && left <= Most >> (int)right => left << (int)right,
            BinaryOperatorKind.RightShift when right < 64 => left >> (int)right,
            _ => null,
        };
    }

    /// <summary>The same for a result of some type, whatever that type would cut off.</summary>
    public static long? Combine(BinaryOperatorKind kind, long left, long right, ITypeSymbol? type) =>
        Combine(kind, left, right) is { } result && result >= 0 && result <= MostOf(type) ? result : null;

    private static long MostOf(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Int32 => int.MaxValue,
        SpecialType.System_UInt32 => uint.MaxValue,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr => Most,
        _ => -1,
    };
}
