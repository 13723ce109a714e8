using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary><c>kmalloc(n * size, flags)</c> becomes <c>kmalloc_array(n, size, flags)</c>.</summary>
internal sealed class UseArrayAllocator : CodeFix
{
    public override string EquivalenceKey => "UseArrayAllocator";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Replacement) is not { } name
            || site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { NameColon: null } argument
            || argument.Parent?.Parent is not InvocationExpressionSyntax call
            || call.ArgumentList.Arguments.Any(each => each.NameColon is not null)
            || CallNames.Of(call) is not { } callee
            || Values.Bare(argument.Expression) is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product
            || IsProduct(product.Left) || IsProduct(product.Right)
            || site.Model.GetTypeInfo(argument.Expression, site.Cancellation).ConvertedType is not { } size)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseArrayAllocator(name));
        plan.Replace(callee.Identifier.Span, name);
        plan.Replace(TextSpan.FromBounds(argument.SpanStart, product.Left.SpanStart), OpeningOf(product.Left, size, site));
        plan.Replace(TextSpan.FromBounds(product.Left.Span.End, product.Right.SpanStart), ClosingOf(product.Left, size, site) + ", " + OpeningOf(product.Right, size, site));
        plan.Replace(TextSpan.FromBounds(product.Right.Span.End, argument.Span.End), ClosingOf(product.Right, size, site));
        return plan;
    }

    private static bool IsProduct(ExpressionSyntax factor) => Values.Bare(factor) is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression };

    // What the compiler does not convert by itself is cast, as the whole was.
    private static string OpeningOf(ExpressionSyntax factor, ITypeSymbol size, FixSite site) =>
        IsConvertible(factor, size, site) ? "" : "(" + size.ToMinimalDisplayString(site.Model, factor.SpanStart) + ")" + (NeedsParentheses(factor) ? "(" : "");

    private static string ClosingOf(ExpressionSyntax factor, ITypeSymbol size, FixSite site) =>
        !IsConvertible(factor, size, site) && NeedsParentheses(factor) ? ")" : "";

    private static bool IsConvertible(ExpressionSyntax factor, ITypeSymbol size, FixSite site) =>
        site.Model.ClassifyConversion(factor, size) is { IsImplicit: true, Exists: true };

    private static bool NeedsParentheses(ExpressionSyntax factor) => factor is BinaryExpressionSyntax or ConditionalExpressionSyntax or PrefixUnaryExpressionSyntax
        { RawKind: (int)SyntaxKind.UnaryMinusExpression };
}
