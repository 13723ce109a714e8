using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary><c>sizeof</c> of the type that the memory is used as, in the place of another's.</summary>
internal sealed class UseSizeOfElement : CodeFix
{
    public override string EquivalenceKey => "UseSizeOfElement";

    public override FixPlan? Plan(FixSite site)
    {
        var size = site.Node.DescendantNodesAndSelf().OfType<SizeOfExpressionSyntax>().FirstOrDefault();
        if (size is null || site.Decision(DiagnosticProperties.SizeType) is not { } name || FindType(name, size, site) is not { } type)
            return null;

        var plan = new FixPlan(FixTitles.UseSizeOf(type));
        plan.Replace(size.Type.Span, type);
        return plan;
    }

    // The type is written at the cast or the declaration already: as it stands there, it is right here.
    private static string? FindType(string name, SizeOfExpressionSyntax size, FixSite site) =>
        Statement(size)?.DescendantNodes().OfType<PointerTypeSyntax>().Select(pointer => pointer.ElementType)
            .FirstOrDefault(type => site.Model.GetTypeInfo(type, site.Cancellation).Type?.ToDisplayString() == name)?.ToString()
        ?? (name.IndexOf('<') < 0 ? Spell(name, size, site) : null);

    private static string Spell(string name, SizeOfExpressionSyntax size, FixSite site) =>
        site.Model.Compilation.GetTypeByMetadataName(name) is { } type ? type.ToMinimalDisplayString(site.Model, size.SpanStart) : name;

    private static SyntaxNode? Statement(SyntaxNode node) => node.FirstAncestorOrSelf<StatementSyntax>() ?? node.FirstAncestorOrSelf<MemberDeclarationSyntax>() as SyntaxNode;
}
