using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The attribute that says that a member may sleep, in front of the member or accessor.</summary>
internal sealed class DeclareSleep : CodeFix
{
    private const string Attribute = "Kmem.Annotations.MightSleepAttribute";

    public override string EquivalenceKey => nameof(DeclareSleep);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Model.Compilation.GetTypeByMetadataName(Attribute) is not { } attribute || DeclarationAt(site.Node) is not { } declaration)
            return null;

        var plan = new FixPlan(FixTitles.DeclareSleep("[MightSleep]"));
        var start = declaration.SpanStart;
        var text = "[" + Imports.SpellAttribute(site, attribute, start, plan) + "]";
        plan.Insert(start, text + (HasItsLine(declaration, site) ? Layout.NewLine(site.Text) + Layout.Indent(site.Text, start) : " "));
        return plan;
    }

    private static SyntaxNode? DeclarationAt(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(each => each is AccessorDeclarationSyntax or MemberDeclarationSyntax) switch
        {
            AccessorDeclarationSyntax accessor => accessor,
            BaseMethodDeclarationSyntax method and not DestructorDeclarationSyntax => method,
            BasePropertyDeclarationSyntax property and not EventDeclarationSyntax => property,
            _ => null,
        };

    // An accessor in one line with its property keeps to it.
    private static bool HasItsLine(SyntaxNode declaration, FixSite site) =>
        Layout.StartsLine(site.Text, declaration.SpanStart)
        && (declaration is not AccessorDeclarationSyntax { Parent: { } list } || !IsOnOneLine(list, site));

    private static bool IsOnOneLine(SyntaxNode node, FixSite site)
    {
        var lines = site.Text.Lines.GetLinePositionSpan(node.Span);
        return lines.Start.Line == lines.End.Line;
    }
}
