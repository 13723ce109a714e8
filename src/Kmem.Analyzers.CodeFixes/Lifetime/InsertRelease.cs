using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The release of memory in front of the way out, or of the assignment, that loses it.</summary>
internal sealed class InsertRelease : CodeFix
{
    public override string EquivalenceKey => nameof(InsertRelease);

    public override FixPlan? Plan(FixSite site)
    {
        var token = site.Root.FindToken(site.Span.Start);
        var block = token.IsKind(SyntaxKind.CloseBraceToken) ? token.Parent as BlockSyntax : null;
        var position = block is { Statements.Count: > 0 } ? block.Statements.Last().SpanStart : token.SpanStart;
        if (site.Decision(DiagnosticProperties.Holder) is not { } holder || ReleaseText.Of(holder, position, site) is not { } release)
            return null;

        var plan = new FixPlan(FixTitles.ReleaseWith(ReleaseTemplate.Parse(site.Decision(DiagnosticProperties.Release)!)?.Callee ?? release.TrimEnd(';')));
        var inner = HeldRelease.Read(site.Decision(DiagnosticProperties.Held)).Select(held => ReleaseText.Of(held.Holder, held.Release, held.MayBeNull, position, site.Model)).ToList();
        return !inner.Contains(null) && Write(block, Statements.Enclosing(token.Parent), holder, [.. inner.OfType<string>(), release], site, plan) ? plan : null;
    }

    private static bool Write(BlockSyntax? block, StatementSyntax? exit, string holder, IReadOnlyList<string> releases, FixSite site, FixPlan plan)
    {
        var writer = new FrontWriter(site.Text);
        if (block is { Statements.Count: > 0 } && IsAssigned(block.Statements.Last(), holder, site))
        {
            foreach (var release in releases)
                writer.AtEndOf(block, release, plan);
            return true;
        }

        // What the way out still needs cannot be released in front of it.
        if (block is not null || exit is null || (exit is not ExpressionStatementSyntax && Values.IsWrittenIn(exit, holder)))
            return false;

        writer.InFrontOf(exit, releases, plan);
        return true;
    }

    private static bool IsAssigned(StatementSyntax last, string holder, FixSite site)
    {
        var assigned = new AssignedVariables(last, site.Model);
        var symbol = site.Model.GetSpeculativeSymbolInfo(last.SpanStart, SyntaxFactory.ParseExpression(holder), SpeculativeBindingOption.BindAsExpression).Symbol;
        return symbol is not ILocalSymbol local || assigned.Contains(local);
    }
}
