using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>Recognises the pointer operations, which the compiler's operation tree leaves without a kind.</summary>
internal static class PointerSyntax
{
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

    public static bool IsStackAllocation(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation.Syntax is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax;

    /// <summary>The pointer that a <c>fixed</c> statement makes of an array, a string or an address.</summary>
    public static bool IsPinning(IOperation operation) =>
        operation.Kind == OperationKind.None
        && operation is { IsImplicit: true, Type: IPointerTypeSymbol }
        && operation.ChildOperations.Count == 1;
}
