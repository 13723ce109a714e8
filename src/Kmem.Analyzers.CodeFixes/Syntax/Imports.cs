using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Names of attributes for code that may not have imported them.</summary>
internal static class Imports
{
    private const string Suffix = "Attribute";

    /// <summary>
    /// How an attribute is written at a position: by its short name, for which the plan imports the namespace where nobody has;
    /// in full where the short name would mean something else, or where no import can be put.
    /// </summary>
    public static string SpellAttribute(FixSite site, INamedTypeSymbol attribute, int position, FixPlan plan)
    {
        var spelled = Spelling.OfType(site.Model, position, attribute);
        if (spelled == attribute.Name || IsTaken(site, attribute, position))
            return WithoutSuffix(spelled);
        if (FindPlace(site, attribute.ContainingNamespace.ToDisplayString()) is not { } place)
            return WithoutSuffix(spelled);

        plan.Insert(place.Position, place.Text);
        return WithoutSuffix(attribute.Name);
    }

    private static bool IsTaken(FixSite site, INamedTypeSymbol attribute, int position) =>
        site.Model.LookupNamespacesAndTypes(position, name: attribute.Name).Length > 0
        || site.Model.LookupNamespacesAndTypes(position, name: WithoutSuffix(attribute.Name)).Length > 0;

    // Among the directives that are there, in their order; else in front of everything. Null where it might stand under an #if.
    private static (int Position, string Text)? FindPlace(FixSite site, string space)
    {
        if (site.Root is not CompilationUnitSyntax unit)
            return null;

        var directive = "using " + space + ";" + Layout.NewLine(site.Text);
        var usings = UsingsOf(unit);
        if (usings.Count == 0)
            return FindFront(unit, site.Text, directive);
        if (Directives.Any(unit, TextSpan.FromBounds(usings[0].SpanStart, usings[usings.Count - 1].Span.End)))
            return null;

        var behind = usings.LastOrDefault(each => IsPlain(each) && Precedes(each.Name!.ToString(), space));
        if (behind is null)
            return Place(site.Text, usings[0].SpanStart, directive);
        return Layout.LineEndBehind(behind.SemicolonToken) is { } end && end < site.Text.Length
            ? Place(site.Text, site.Text.Lines.GetLineFromPosition(end).EndIncludingLineBreak, Layout.Indent(site.Text, behind.SpanStart) + directive)
            : null;
    }

    private static SyntaxList<UsingDirectiveSyntax> UsingsOf(CompilationUnitSyntax unit) =>
        unit.Usings.Any() || unit.Members.FirstOrDefault() is not BaseNamespaceDeclarationSyntax space ? unit.Usings : space.Usings;

    private static (int, string)? FindFront(CompilationUnitSyntax unit, SourceText text, string directive)
    {
        var first = unit.GetFirstToken(includeZeroWidth: true);
        var comments = first.LeadingTrivia.TakeWhile(trivia => !trivia.HasStructure && !trivia.IsKind(SyntaxKind.DisabledTextTrivia)).ToList();
        if (unit.Externs.Any() || first.LeadingTrivia.Any(trivia => trivia.IsDirective && !trivia.IsKind(SyntaxKind.NullableDirectiveTrivia)))
            return null;

        var position = comments.Count < first.LeadingTrivia.Count && !first.LeadingTrivia[comments.Count].IsDirective
            ? first.LeadingTrivia[comments.Count].FullSpan.Start
            : first.SpanStart;
        return Place(text, position, directive + Layout.NewLine(text));
    }

    private static (int, string)? Place(SourceText text, int position, string directive) =>
        Layout.StartsLine(text, position) ? (position, directive) : null;

    private static bool IsPlain(UsingDirectiveSyntax directive) =>
        directive is { Alias: null, StaticKeyword.RawKind: 0, Name: not null };

    // As the usual order has it: System first.
    private static bool Precedes(string name, string space) =>
        IsSystem(name) || string.CompareOrdinal(name, space) < 0;

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    private static string WithoutSuffix(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
}
