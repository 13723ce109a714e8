using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The order or the pool of the allocation in place of another at the release.</summary>
internal sealed class UseReplacement : CodeFix
{
    public override string EquivalenceKey => nameof(UseReplacement);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Replacement) is not { } text
            || site.Decision(DiagnosticProperties.Release) is not null
            || site.Node is not ExpressionSyntax argument
            || argument.ToString() == text
            || !Fits(text, argument, site))
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseAlternative(text));
        plan.Replace(argument.Span, text);
        return plan;
    }

    // What stands at the allocation may have another meaning here, or none.
    private static bool Fits(string text, ExpressionSyntax argument, FixSite site)
    {
        var replacement = SyntaxFactory.ParseExpression(text);
        var type = site.Model.GetSpeculativeTypeInfo(argument.SpanStart, replacement, SpeculativeBindingOption.BindAsExpression).Type;
        var wanted = site.Model.GetTypeInfo(argument).ConvertedType;
        return type is not null and not IErrorTypeSymbol && wanted is not null
            && site.Model.Compilation.ClassifyConversion(type, wanted) is { Exists: true } conversion
            && (conversion.IsImplicit || replacement is LiteralExpressionSyntax);
    }
}
