using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>
/// The statements between an allocation and its release go into a <c>try</c>, the release into its <c>finally</c>. Variables that are
/// declared between them and used behind the release are declared in front.
/// </summary>
internal sealed class ReleaseInFinally : CodeFix
{
    private static readonly string[] Head = ["try", "{"];
    private static readonly string[] Middle = ["}", "finally", "{"];

    public override string EquivalenceKey => nameof(ReleaseInFinally);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.NodeAt(DiagnosticProperties.StatementSpan) is not InvocationExpressionSyntax { Parent: ExpressionStatementSyntax release } call
            || Statements.Enclosing(site.Node) is not { } allocation
            || Statements.Between(allocation, release) is not { Count: > 0 } between
            || site.Accepted.HasMoved(allocation) != site.Accepted.HasMoved(release)
            || !CanWrap(allocation, between, release, site)
            || HoistedVariables.Find(between, release, site) is not { } hoisted)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.ReleaseInFinally(CallNames.Text(call)));
        Write(allocation, release, hoisted, site, plan);
        foreach (var moved in between.Append(release))
            plan.NoteMoved(moved);
        return plan;
    }

    // Whole lines of code that runs from its beginning to its end, and never sets anew what is to be released.
    private static bool CanWrap(StatementSyntax allocation, IReadOnlyList<StatementSyntax> between, ExpressionStatementSyntax release, FixSite site)
    {
        var extent = TextSpan.FromBounds(allocation.Span.End, release.Span.End);
        return Layout.LineEndBehind(allocation.GetLastToken()) is not null && Layout.LineEndBehind(release.GetLastToken()) is not null
            && between.All(statement => Layout.StartsLine(site.Text, statement.SpanStart)) && Layout.StartsLine(site.Text, release.SpanStart)
            && Layout.LineEndBehind(between[between.Count - 1].GetLastToken()) is not null
            && Directives.AreBalanced(site.Root, extent)
            && !between.Any(statement => LeavesOrBinds(statement, site))
            && !SetsWhatIsReleased(between, release, site);
    }

    private static bool LeavesOrBinds(StatementSyntax statement, FixSite site) =>
        statement is LocalFunctionStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 }
        || statement.DescendantNodesAndSelf().Any(node => node is YieldStatementSyntax or LabeledStatementSyntax or GotoStatementSyntax { RawKind: (int)SyntaxKind.GotoStatement })
        || site.Model.AnalyzeControlFlow(statement) is not { Succeeded: true, EntryPoints.IsEmpty: true, ExitPoints.IsEmpty: true };

    private static bool SetsWhatIsReleased(IReadOnlyList<StatementSyntax> between, StatementSyntax release, FixSite site)
    {
        var inside = site.Model.AnalyzeDataFlow(between[0], between[between.Count - 1]);
        var released = site.Model.AnalyzeDataFlow(release);
        return inside is not { Succeeded: true } || released is not { Succeeded: true }
            || released.ReadInside.Any(variable => inside.WrittenInside.Contains(variable, SymbolEqualityComparer.Default));
    }

    private static void Write(
        StatementSyntax allocation, ExpressionStatementSyntax release, IReadOnlyList<HoistedVariable> hoisted, FixSite site, FixPlan plan)
    {
        var text = site.Text;
        var step = Layout.Step(text, release);
        var newLine = Layout.NewLine(text);
        var extent = StatementExtent.Of(text, release);
        var lines = TextSpan.FromBounds(FirstLineBehind(allocation, text).Start, LastLineInFront(extent.Start, text).EndIncludingLineBreak);

        // A line that another plan has moved in gives that to what is written in front of it.
        var moved = string.Concat(Enumerable.Repeat(step, Steps(lines.Start, step, site)));
        var own = Layout.Indent(text, allocation.SpanStart);
        var indent = moved + own;
        var head = hoisted.Select(variable => variable.Declaration).Concat(Head).Select(line => indent + line + newLine);
        plan.Insert(lines.Start, string.Concat(head).Substring(moved.Length) + moved);
        foreach (var variable in hoisted)
            plan.Delete(variable.Type);

        var middle = string.Concat(Middle.Select(line => indent + line + newLine));
        plan.Replace(TextSpan.FromBounds(lines.End, extent.Start), lines.End < extent.Start ? middle : middle.Substring(moved.Length) + moved);
        Indent(lines, step, site, plan);
        Indent(extent, step, site, plan);
        plan.Insert(text.Lines.GetLineFromPosition(release.Span.End).End, newLine + indent + "}");
    }

    private static TextLine FirstLineBehind(StatementSyntax statement, SourceText text)
    {
        var number = text.Lines.GetLineFromPosition(statement.Span.End).LineNumber + 1;
        while (Layout.IsBlankLine(text, number))
            number++;
        return text.Lines[number];
    }

    private static TextLine LastLineInFront(int position, SourceText text)
    {
        var number = text.Lines.GetLineFromPosition(position).LineNumber - 1;
        while (Layout.IsBlankLine(text, number))
            number--;
        return text.Lines[number];
    }

    // A line that another plan has moved in already is moved in once more, by text that stands behind the first.
    private static void Indent(TextSpan lines, string step, FixSite site, FixPlan plan)
    {
        for (var number = site.Text.Lines.GetLineFromPosition(lines.Start).LineNumber; number < site.Text.Lines.Count && site.Text.Lines[number].Start < lines.End; number++)
        {
            var line = site.Text.Lines[number];
            if (IsCode(line, site))
                plan.Insert(line.Start + Math.Min(Steps(line.Start, step, site), Blanks(line, site.Text)), step);
        }
    }

    private static int Steps(int lineStart, string step, FixSite site) =>
        site.Accepted.CountInserted(step, new TextSpan(lineStart, Blanks(site.Text.Lines.GetLineFromPosition(lineStart), site.Text)));

    private static int Blanks(TextLine line, SourceText text)
    {
        var content = text.ToString(line.Span);
        return content.Length - content.TrimStart().Length;
    }

    // Not the inside of a string, nor what the preprocessor reads or leaves out.
    private static bool IsCode(TextLine line, FixSite site)
    {
        if (line.Span.Length == Blanks(line, site.Text))
            return false;

        var trivia = site.Root.FindTrivia(line.Start + Blanks(line, site.Text));
        if (trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia))
            return false;

        var token = site.Root.FindToken(line.Start);
        return token.SpanStart >= line.Start || token.Span.End <= line.Start;
    }
}
