using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>A product that may be larger than its type can hold: nothing says how large its factors are.</summary>
internal static class OverflowingProduct
{
    /// <summary>The factor of unknown size, of a product that may overflow; null for others.</summary>
    /// <param name="use">Where the product is used: what stands in front of that may have limited a factor.</param>
    public static IOperation? FindFactor(IOperation product, SyntaxNode use, PathState state)
    {
        if (product.DescendantsAndSelf().Any(part => part is IBinaryOperation { IsChecked: true } or ICompoundAssignmentOperation { IsChecked: true }) || IsWidened(product))
            return null;

        var most = 1.0;
        IOperation? unbounded = null;
        foreach (var factor in SizeExpression.Factors(product))
        {
            if (MostOf(factor, use, state) is { } known)
                most *= known;
            else
                unbounded ??= factor;
        }

        return unbounded is null || most == 0 || HasRoom(unbounded, product) ? null : unbounded;
    }

    /// <summary>Twice something: of the size of memory that is there already, that always fits.</summary>
    public static bool IsTwice(IOperation product) =>
        SizeExpression.Factors(product).Select(SizeExpression.Evaluate).ToList() is { Count: 2 } factors && factors.Contains(2);

    // Two factors of 32 bits each fit into a product of 64.
    private static bool IsWidened(IOperation product) =>
        product.Type?.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64
        && SizeExpression.Factors(product).Sum(BitsOf) <= 64;

    private static long BitsOf(IOperation factor)
    {
        if (SizeExpression.Evaluate(factor) is not { } constant)
            return factor.Type is { } type && TypeSize.Of(type) is { } size ? size.Bytes * 8 : 64;

        var bits = 0;
        for (var rest = constant; rest > 0; rest >>= 1)
            bits++;
        return bits;
    }

    // What is divided first by as much as the constants beside it, or counts elements of that size that are in memory, is no more than there was.
    private static bool HasRoom(IOperation factor, IOperation product)
    {
        var others = 1.0;
        foreach (var other in SizeExpression.Factors(product).Where(other => other != factor))
        {
            if (SizeExpression.Evaluate(other) is not { } constant)
                return false;
            others *= constant;
        }

        return factor switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, RightOperand: var divisor } => SizeExpression.Evaluate(divisor) >= others,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift, RightOperand: var bits } =>
                SizeExpression.Evaluate(bits) is >= 0 and < 63 and var shift && 1L << (int)shift >= others,
            IPropertyReferenceOperation { Property.Name: "Length", Instance.Type: { } type } =>
                product.Type is { } computed && TypeSize.Of(computed) is { Bytes: > 4 } && ElementSize(type) >= others,
            _ => false,
        };
    }

    private static long ElementSize(ITypeSymbol type)
    {
        const int Reference = 8, Character = 2;
        var element = type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
            INamedTypeSymbol { Name: "Span" or "ReadOnlySpan" or "Memory" or "ReadOnlyMemory", TypeArguments: { Length: 1 } arguments } => arguments[0],
            _ => null,
        };
        if (element is null)
            return type.SpecialType == SpecialType.System_String ? Character : 0;

        return element.IsReferenceType ? Reference : TypeSize.Of(element)?.Bytes ?? 0;
    }

    // Counts of a byte or two are too small to overflow anything with a struct's size.
    private static double? MostOf(IOperation factor, SyntaxNode use, PathState state)
    {
        if (SizeExpression.Evaluate(factor) is { } constant)
            return constant;
        if (factor.Parent is ICompoundAssignmentOperation product && product.Target == factor && !IsCopyOfUnknown(product))
            return 1;
        if (VariableOf(factor) is { } variable && IsLimited(state.Load(new VariableAddress(variable)), state))
            return 1;

        var isNarrow = factor.Type is { } type && TypeSize.Of(type) is { Bytes: <= 2 };
        return isNarrow || IsCut(factor) || ComparedBefore.IsLimited(factor.Syntax, use) ? 1 : null;
    }

    // What `*=` multiplies is as large as what it is a copy of. Of what was computed, nothing is said.
    private static bool IsCopyOfUnknown(ICompoundAssignmentOperation product)
    {
        var isLong = product.Type?.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64;
        var originals = ComparedBefore.OriginalsOf(product.Target.Syntax);
        return originals.Count > 0 && originals.All(original =>
            product.SemanticModel?.GetTypeInfo(original).Type is { } type && TypeSize.Of(type) is { Bytes: var bytes } && bytes > (isLong ? 4u : 2u));
    }

    private static ISymbol? VariableOf(IOperation factor) => factor switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    // A helper that returns only where a count is small enough tells this path so.
    private static bool IsLimited(Value value, PathState state) => value is ConstantValue || state.Facts.Find(value)?.Constant is not null
        || state.Facts.Any(value, static (fact, count) => fact.Key is OperatorValue { Kind: Operator.Less } order && order.Mentions(count) && !IsNearZero(order.Left) && !IsNearZero(order.Right));

    private static bool IsNearZero(Value? value) => value is ConstantValue { Bits: 0 or 1 };

    // `n & 0xff`, `n % 16` and `Math.Min(n, 64)` are as large as that at most.
    private static bool IsCut(IOperation factor) => factor switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Remainder } => true,
        IInvocationOperation { TargetMethod.Name: "Min" or "Clamp" } => true,
        _ => false,
    };
}
