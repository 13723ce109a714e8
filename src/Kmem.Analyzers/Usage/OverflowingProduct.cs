using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>A product that may be larger than its type can hold: nothing says how large its factors are.</summary>
internal static class OverflowingProduct
{
    /// <summary>The factor of unknown size, of a product that may overflow; null for others.</summary>
    public static IOperation? FindFactor(IOperation product, PathState state)
    {
        if (product.DescendantsAndSelf().Any(part => part is IBinaryOperation { IsChecked: true }))
            return null;

        var most = 1.0;
        IOperation? unbounded = null;
        foreach (var factor in SizeExpression.Factors(product))
        {
            if (MostOf(factor, state) is { } known)
                most *= known;
            else
                unbounded ??= factor;
        }

        return unbounded is null || most == 0 ? null : unbounded;
    }

    // Counts of a byte or two are too small to overflow anything with a struct's size.
    private static double? MostOf(IOperation factor, PathState state)
    {
        if (SizeExpression.Evaluate(factor) is { } constant)
            return constant;
        if (factor is ILocalReferenceOperation local && IsConstant(new VariableAddress(local.Local), state))
            return 1;
        if (factor is IParameterReferenceOperation parameter && IsConstant(new VariableAddress(parameter.Parameter), state))
            return 1;

        var isNarrow = factor.Type is { } type && TypeSize.Of(type) is { Bytes: <= 2 };
        return isNarrow || IsCut(factor) || BoundedBefore(factor) ? 1 : null;
    }

    private static bool IsConstant(Value address, PathState state)
    {
        var value = state.Load(address);
        return value is ConstantValue || state.Facts.Find(value)?.Constant is not null;
    }

    // `n & 0xff`, `n % 16` and `Math.Min(n, 64)` are as large as that at most.
    private static bool IsCut(IOperation factor) => factor switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Remainder } => true,
        IInvocationOperation { TargetMethod.Name: "Min" or "Clamp" } => true,
        _ => false,
    };

    private static bool BoundedBefore(IOperation factor)
    {
        var names = factor.Syntax.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText).ToList();
        var member = factor.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member is not null && names.Count > 0 && member.DescendantNodes()
            .TakeWhile(node => node.SpanStart < factor.Syntax.SpanStart)
            .Any(node => Bounds(node) is { } bounded && names.Exists(name => Mentions(bounded, name)));
    }

    // What a comparison or a question about a value may have said of its size; to be above zero says nothing.
    private static SyntaxNode? Bounds(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax comparison when IsOrder(comparison) && !IsNearZero(comparison.Left) && !IsNearZero(comparison.Right) => comparison,
        IsPatternExpressionSyntax { Pattern: not ConstantPatternSyntax } pattern => pattern.Expression,
        SwitchStatementSyntax choice => choice.Expression,
        InvocationExpressionSyntax { Parent: IfStatementSyntax or PrefixUnaryExpressionSyntax or BinaryExpressionSyntax } question => question.ArgumentList,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } guard
            when name.StartsWith("ThrowIfGreater", System.StringComparison.Ordinal) => guard.ArgumentList,
        _ => null,
    };

    private static bool IsOrder(BinaryExpressionSyntax comparison) => comparison.Kind() is SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;

    private static bool IsNearZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 or 1 or 0u or 1u };

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);
}
