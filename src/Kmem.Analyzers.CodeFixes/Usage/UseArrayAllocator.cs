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
            || site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { } argument
            || argument.Parent?.Parent is not InvocationExpressionSyntax call
            || CallNames.Of(call) is not { } callee
            || ParametersOf(name, call, argument, site) is not var (count, element)
            || Values.Bare(argument.Expression) is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product
            || IsProduct(product.Left) || IsProduct(product.Right)
            || site.Model.GetTypeInfo(argument.Expression, site.Cancellation).ConvertedType is not { } size)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseArrayAllocator(name));
        plan.Replace(callee.Identifier.Span, name);
        var front = TextSpan.FromBounds(argument.SpanStart, product.Left.SpanStart);
        var middle = TextSpan.FromBounds(product.Left.Span.End, product.Right.SpanStart);
        var end = TextSpan.FromBounds(product.Right.Span.End, argument.Span.End);
        if (Comments.Any(site.Root, front) || Comments.Of(site.Root, middle) is not { } ofLeft || Comments.Of(site.Root, end) is not { } ofRight)
            return null;

        plan.Replace(front, count + OpeningOf(product.Left, size, site));
        plan.Replace(middle, ClosingOf(product.Left, size, site) + ofLeft + ", " + element + OpeningOf(product.Right, size, site));
        plan.Replace(end, ClosingOf(product.Right, size, site) + ofRight);
        return plan;
    }

    // How the two arguments begin that stand for one: with names, where that had one. Null: the other function has no such parameters.
    private static (string Count, string Element)? ParametersOf(string name, InvocationExpressionSyntax call, ArgumentSyntax argument, FixSite site)
    {
        if (call.ArgumentList.Arguments.All(each => each.NameColon is null))
            return ("", "");
        if (site.Model.GetSymbolInfo(call, site.Cancellation).Symbol is not IMethodSymbol { ContainingType: { } type } method
            || type.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(each => each.Parameters.Length == method.Parameters.Length + 1) is not { } other
            || call.ArgumentList.Arguments.Any(each => each != argument && each.NameColon is { } colon && other.Parameters.All(parameter => parameter.Name != colon.Name.Identifier.ValueText)))
        {
            return null;
        }

        return argument.NameColon is { Name.Identifier.ValueText: var replaced } && method.Parameters.FirstOrDefault(parameter => parameter.Name == replaced) is { Ordinal: var ordinal }
            ? (other.Parameters[ordinal].Name + ": ", other.Parameters[ordinal + 1].Name + ": ")
            : ("", "");
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
