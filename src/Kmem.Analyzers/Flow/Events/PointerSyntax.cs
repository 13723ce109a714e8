using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>Recognises the pointer operations, which the compiler's operation tree leaves without a kind.</summary>
internal static class PointerSyntax
{
    /// <summary>How deep in a sum an address is looked for.</summary>
    private const int MaxTerms = 8;

    /// <summary><c>*p</c>, or the implicit step through the pointer in <c>p->x</c>.</summary>
    public static bool IsIndirection(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation.ChildOperations.Count == 1
        && operation.ChildOperations.First().Type is IPointerTypeSymbol pointer
        && SymbolEqualityComparer.Default.Equals(pointer.PointedAtType, operation.Type);

    /// <summary><c>p[i]</c>.</summary>
    public static bool IsElement(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation.ChildOperations.Count == 2
        && operation.Syntax is ElementAccessExpressionSyntax
        && operation.ChildOperations.First().Type is IPointerTypeSymbol;

    /// <summary>What <c>new IntPtr(p)</c> or <c>p.ToPointer()</c> makes an address of another type of; null for other operations.</summary>
    public static IOperation? ConvertedAddress(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: var type, Arguments: { Length: 1 } arguments } when IsNativeInteger(type) => arguments[0].Value,
        IInvocationOperation { Instance: { } instance, Arguments.IsEmpty: true } invocation when IsNativeInteger(instance.Type) && IsAddress(invocation.Type) => instance,
        _ => null,
    };

    /// <summary>Whether an operand of a sum may be the address, and not the distance from it. What was a smaller number, or is a product, is a distance.</summary>
    public static bool MayBeAddress(IOperation operand) => MayBeAddress(operand, MaxTerms);

    /// <summary><c>IntPtr.Add(p, n)</c>, <c>IntPtr.Subtract(p, n)</c>, and the same of <c>Unsafe</c> with a pointer.</summary>
    public static bool IsOffset(IInvocationOperation invocation) =>
        invocation is { TargetMethod: { IsStatic: true, Name: nameof(IntPtr.Add) or nameof(IntPtr.Subtract) } method, Arguments: { Length: 2 } arguments } && arguments[0].Parameter?.Ordinal == 0
        && (IsNativeInteger(method.ContainingType) || (method is { ContainingType.Name: "Unsafe", ContainingNamespace.Name: "CompilerServices" } && method.Parameters[0].Type is IPointerTypeSymbol));

    public static BinaryOperatorKind OffsetKind(IInvocationOperation offset) =>
        offset.TargetMethod.Name == nameof(IntPtr.Add) ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;

    public static bool IsStackAllocation(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation.Syntax is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax;

    /// <summary>The pointer that a <c>fixed</c> statement makes of an array, a string or an address.</summary>
    public static bool IsPinning(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation is { IsImplicit: true, Type: IPointerTypeSymbol }
        && operation.ChildOperations.Count == 1;

    private static bool MayBeAddress(IOperation operand, int terms) => terms > 0 && Places.MayHoldAddress(operand.Type) && operand switch
    {
        { ConstantValue.HasValue: true } => false,
        IConversionOperation { Operand: var converted } => MayBeAddress(converted, terms - 1) || (Places.IsAddress(operand.Type) && Places.IsWideNumber(converted.Type)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum => MayBeAddress(sum.LeftOperand, terms - 1) || MayBeAddress(sum.RightOperand, terms - 1),
        IBinaryOperation => false,
        _ => Places.IsAddress(operand.Type) || (ConvertedAddress(operand) is { } address && MayBeAddress(address, terms - 1)),
    };

    private static bool IsNativeInteger(ITypeSymbol? type) =>
        type?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    // GetHashCode gives an int too, but nothing that could be followed.
    private static bool IsAddress(ITypeSymbol? type) => type is IPointerTypeSymbol || Places.IsWideNumber(type);
}
