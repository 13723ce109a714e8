using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The statement that releases memory, as the analysis found it for a report.</summary>
internal static class ReleaseText
{
    /// <summary>Null where the release is not known, or cannot be written at a position (that of a statement).</summary>
    public static string? Of(string holder, int position, FixSite site) => Decided(site) is { } release
        ? Of(holder, release, site.Decision(DiagnosticProperties.MayBeNull) is not null, position, site.Model)
        : null;

    /// <summary>Null where it cannot be written at a position (that of a statement).</summary>
    /// <param name="mayBeNull">A release that does not take null comes with a check.</param>
    public static string? Of(string holder, RightRelease release, bool mayBeNull, int position, SemanticModel model)
    {
        if (ReleaseTemplate.Parse(release.Call) is not { } template
            || model.GetSpeculativeTypeInfo(position, SyntaxFactory.ParseExpression(holder), SpeculativeBindingOption.BindAsExpression).Type is not { TypeKind: not TypeKind.Error } type)
        {
            return null;
        }

        var callee = template.Callee is null ? "" : Callee(template.Callee, release.Type, position, model);
        var call = callee + template.Before + Cast(type, holder, release.ParameterType, position, model) + template.After;
        var expression = SyntaxFactory.ParseExpression(call);
        if (expression.ContainsDiagnostics || model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol
            || (UnsafeCode.IsNeededFor(call) && !IsInUnsafeCode(position, model)))
        {
            return null;
        }

        return (mayBeNull ? Check(holder, type, release.Refuses, position, model) : "") + call + ";";
    }

    /// <summary>The condition under which a release may be called that does not take what a failed allocation gives; empty: always.</summary>
    public static string Check(string holder, ITypeSymbol type, string refused, int position, SemanticModel model) =>
        refused.Length == 0 ? "" : "if (" + holder + " != " + FailureValue.Spell(refused, type, position, model) + ") ";

    private static bool IsInUnsafeCode(int position, SemanticModel model) =>
        model.SyntaxTree.GetRoot().FindToken(position).Parent is { } node && UnsafeCode.Surrounds(node);

    private static RightRelease? Decided(FixSite site) => site.Decision(DiagnosticProperties.Release) is { } call
        ? new RightRelease(
            call,
            site.Decision(DiagnosticProperties.ReleaseType) ?? "",
            site.Decision(DiagnosticProperties.ReleaseParameterType) ?? "",
            site.Decision(DiagnosticProperties.Refuses) ?? "")
        : null;

    private static string Callee(string name, string type, int position, SemanticModel model) =>
        type.Length > 0 && TypeOf("global::" + type, position, model)?.GetMembers(name).FirstOrDefault() is { } member
            ? Spelling.OfMember(model, position, member)
            : name;

    // Between addresses as numbers and as pointers, C# wants a cast.
    private static string Cast(ITypeSymbol type, string holder, string parameterType, int position, SemanticModel model)
    {
        if (parameterType.Length == 0 || TypeOf(parameterType, position, model) is not { } wanted
            || model.Compilation.ClassifyConversion(type, wanted).IsImplicit)
        {
            return holder;
        }

        return "(" + Spelling.OfType(model, position, wanted) + ")" + holder;
    }

    private static ITypeSymbol? TypeOf(string name, int position, SemanticModel model) =>
        model.GetSpeculativeTypeInfo(position, SyntaxFactory.ParseTypeName(name), SpeculativeBindingOption.BindAsTypeOrNamespace).Type;
}
