using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Writes neighbouring statements elsewhere in their list, with their comments, and without the parts left out on the way.</summary>
internal sealed class Relocation
{
    private readonly FixSite _site;
    private readonly StatementSyntax _first;
    private readonly StatementSyntax _last;
    private readonly List<StatementSyntax> _leftOut = new();

    public Relocation(FixSite site, StatementSyntax first, StatementSyntax last)
    {
        _site = site;
        _first = first;
        _last = last;
    }

    /// <summary>A statement inside the moved ones that does not come along.</summary>
    public void LeaveOut(StatementSyntax statement) => _leftOut.Add(statement);

    /// <summary>The code of these statements that comes along.</summary>
    public IEnumerable<SyntaxNode> Kept(IEnumerable<SyntaxNode> nodes) => nodes.SelectMany(node =>
        _leftOut.Exists(node.Contains) ? node is StatementSyntax statement && _leftOut.Contains(statement) ? [] : Kept(node.ChildNodes()) : [node]);

    /// <summary>False where the way crosses a preprocessor branch, or a directive would come along.</summary>
    public bool InFrontOf(StatementSyntax target, FixPlan plan)
    {
        var place = StatementExtent.Of(_site.Text, target);
        return Move(TextSpan.FromBounds(place.Start, _first.SpanStart), place.Start, StatementExtent.IsWholeLines(_site.Text, place), isInFront: true, plan);
    }

    public bool Behind(StatementSyntax target, FixPlan plan)
    {
        var place = StatementExtent.Of(_site.Text, target);
        return Move(TextSpan.FromBounds(_last.Span.End, place.End), place.End, StatementExtent.IsWholeLines(_site.Text, place), isInFront: false, plan);
    }

    private bool Move(TextSpan way, int position, bool toOwnLines, bool isInFront, FixPlan plan)
    {
        var extent = TextSpan.FromBounds(
            StatementExtent.Of(_site.Text, _first).Start, StatementExtent.Of(_site.Text, _last).End);
        if (Directives.Any(_site.Root, extent) || !Directives.AreBalanced(_site.Root, way))
            return false;

        plan.Insert(position, Arrange(Text(extent), StatementExtent.IsWholeLines(_site.Text, extent), toOwnLines, isInFront));
        plan.Delete(StatementExtent.ToDelete(_site.Text, extent));
        return true;
    }

    private string Text(TextSpan extent)
    {
        var moved = _site.Text.ToString(extent);
        foreach (var gap in _leftOut.Select(Gap).OrderByDescending(gap => gap.Start))
            moved = moved.Remove(gap.Start - extent.Start, gap.Length);
        return moved;
    }

    private TextSpan Gap(StatementSyntax statement) => StatementExtent.ToDelete(_site.Text, StatementExtent.Of(_site.Text, statement));

    private string Arrange(string moved, bool ownLines, bool toOwnLines, bool isInFront)
    {
        var newLine = Layout.NewLine(_site.Text);
        if (ownLines && toOwnLines)
            return moved.EndsWith("\n", StringComparison.Ordinal) || moved.EndsWith("\r", StringComparison.Ordinal) ? moved : moved + newLine;

        moved = moved.Trim();
        if (toOwnLines)
            return Layout.Indent(_site.Text, _first.SpanStart) + moved + newLine;
        return isInFront ? moved + " " : " " + moved;
    }
}
