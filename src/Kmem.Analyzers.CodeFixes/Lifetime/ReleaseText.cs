using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The statement that releases memory, as the analysis found it for a report.</summary>
internal static class ReleaseText
{
    /// <summary>Null where the release is not known, or cannot be written at a position (that of a statement).</summary>
    public static string? Of(string holder, int position, FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Release) is not { } format || ReleaseTemplate.Parse(format) is not { } template)
            return null;

        var callee = template.Callee is null ? "" : Callee(template.Callee, position, site);
        var call = callee + template.Before + Cast(holder, position, site) + template.After;
        var expression = SyntaxFactory.ParseExpression(call);
        return !expression.ContainsDiagnostics && site.Model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol
            ? call + ";"
            : null;
    }

    private static string Callee(string name, int position, FixSite site) =>
        site.Decision(DiagnosticProperties.ReleaseType) is { } type && TypeOf("global::" + type, position, site)?.GetMembers(name).FirstOrDefault() is { } member
            ? Spelling.OfMember(site.Model, position, member)
            : name;

    // Between addresses as numbers and as pointers, C# wants a cast.
    private static string Cast(string holder, int position, FixSite site)
    {
        var expression = SyntaxFactory.ParseExpression(holder);
        var type = site.Model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type;
        if (type is null || site.Decision(DiagnosticProperties.ReleaseParameterType) is not { } name || TypeOf(name, position, site) is not { } wanted
            || site.Model.Compilation.ClassifyConversion(type, wanted).IsImplicit)
        {
            return holder;
        }

        return "(" + Spelling.OfType(site.Model, position, wanted) + ")" + holder;
    }

    private static ITypeSymbol? TypeOf(string name, int position, FixSite site) =>
        site.Model.GetSpeculativeTypeInfo(position, SyntaxFactory.ParseTypeName(name), SpeculativeBindingOption.BindAsTypeOrNamespace).Type;
}
