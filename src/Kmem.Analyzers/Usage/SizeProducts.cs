using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>
/// Finds the products that a size is, or that are terms of it, as a header and an array behind it are. A size that went through
/// variables is known by where it was computed.
/// </summary>
internal sealed class SizeProducts
{
    // Each step leads to an expression that was evaluated before, but for loops.
    private const int MaxSteps = 8;

    private readonly Compilation _compilation;

    public SizeProducts(Compilation compilation) => _compilation = compilation;

    /// <param name="value">The size.</param>
    /// <param name="argument">Where it is passed.</param>
    public IReadOnlyList<IOperation> Find(Value value, IOperation argument, PathState state)
    {
        var products = new List<IOperation>();
        AddProducts(value, SizeExpression.Bare(argument), state, products, steps: 0);
        return products;
    }

    private void AddProducts(Value value, IOperation? written, PathState state, List<IOperation> products, int steps)
    {
        if (steps >= MaxSteps)
            return;

        switch (value)
        {
            case SiteValue { IsOlder: false, Place: null, Syntax: BinaryExpressionSyntax syntax } when IsArithmetic(syntax):
                AddTerms(syntax == written?.Syntax ? written : OperationAt(syntax), state, products, steps);
                break;
            case SiteValue { IsOlder: false, Place: null, Syntax: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } syntax }:
                AddTerms((OperationAt(syntax) as ICompoundAssignmentOperation)?.Value, state, products, steps);
                break;
            case SiteValue { IsOlder: false, Place: null, Syntax: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyAssignmentExpression } syntax }
                when OperationAt(syntax) is ICompoundAssignmentOperation { OperatorMethod: null } product:
                products.Add(product);
                break;
            case OperatorValue { Kind: Operator.Offset, Right: { } right } sum:
                AddProducts(sum.Left, written, state, products, steps + 1);
                AddProducts(right, written, state, products, steps + 1);
                break;
        }
    }

    private void AddTerms(IOperation? term, PathState state, List<IOperation> products, int steps)
    {
        switch (term is null ? null : SizeExpression.Bare(term))
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply, OperatorMethod: null } product:
                products.Add(product);
                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, OperatorMethod: null } sum:
                AddTerms(sum.LeftOperand, state, products, steps);
                AddTerms(sum.RightOperand, state, products, steps);
                break;
            case ILocalReferenceOperation local:
                AddProducts(state.Load(new VariableAddress(local.Local)), null, state, products, steps + 1);
                break;
        }
    }

    private static bool IsArithmetic(BinaryExpressionSyntax syntax) =>
        syntax.Kind() is SyntaxKind.MultiplyExpression or SyntaxKind.AddExpression or SyntaxKind.SubtractExpression;

    private IOperation? OperationAt(SyntaxNode syntax) => _compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax);
}
