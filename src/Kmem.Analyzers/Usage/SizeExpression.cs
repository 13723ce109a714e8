using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>Computes sizes as the compiler would, if <c>sizeof</c> of a struct were a constant to it.</summary>
internal static class SizeExpression
{
    /// <summary>The value of an expression of constants and <c>sizeof</c>; null for others.</summary>
    public static long? Evaluate(IOperation operation) => operation switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => ToNumber(constant),
        ISizeOfOperation size => TypeSize.Of(size.TypeOperand)?.Bytes,
        IConversionOperation { OperatorMethod: null } conversion => Evaluate(conversion.Operand),
        IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
        IBinaryOperation { OperatorMethod: null } binary when Evaluate(binary.LeftOperand) is { } left && Evaluate(binary.RightOperand) is { } right =>
            WholeNumbers.Combine(binary.OperatorKind, left, right),
        _ => null,
    };

    /// <summary>The expression without conversions and parentheses around it.</summary>
    public static IOperation Bare(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => Bare(conversion.Operand),
        IParenthesizedOperation parenthesized => Bare(parenthesized.Operand),
        _ => operation,
    };

    /// <summary>The factors of a product, through the conversions between them.</summary>
    public static IEnumerable<IOperation> Factors(IOperation operation) => Bare(operation) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply, OperatorMethod: null } product => Factors(product.LeftOperand).Concat(Factors(product.RightOperand)),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Multiply, OperatorMethod: null } product => Factors(product.Target).Concat(Factors(product.Value)),
        var factor => new[] { factor },
    };

    private static long? ToNumber(object? constant) => constant switch
    {
        sbyte or byte or short or ushort or int or uint or long => System.Convert.ToInt64(constant, null),
        ulong number => unchecked((long)number),
        _ => null,
    };
}
