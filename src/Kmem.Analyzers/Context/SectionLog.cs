using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <summary>Which calls of a body left what others entered, on whichever path.</summary>
internal sealed class SectionLog
{
    private readonly Dictionary<SyntaxNode, HashSet<SyntaxNode>> _leavesByEnter = new();
    private readonly Dictionary<SectionKey, List<SyntaxNode>> _leavesByKey = new();

    public void Record(OpenSection section, SyntaxNode leave)
    {
        RecordCallers(section.Identity, leave);
        if (section.Site is not { } entered)
            return;
        if (!_leavesByEnter.TryGetValue(entered, out var leaves))
            _leavesByEnter.Add(entered, leaves = new HashSet<SyntaxNode>());
        leaves.Add(leave);
    }

    /// <summary>Notes a call that left what only the caller can have entered.</summary>
    public void RecordCallers(SectionKey section, SyntaxNode leave)
    {
        if (!_leavesByKey.TryGetValue(section, out var leaves))
            _leavesByKey.Add(section, leaves = new List<SyntaxNode>());
        if (!leaves.Contains(leave))
            leaves.Add(leave);
    }

    /// <summary>The one call that leaves what another entered; null where there is none, or more than one.</summary>
    public SyntaxNode? OnlyLeaveOf(SyntaxNode entered) =>
        _leavesByEnter.TryGetValue(entered, out var leaves) && leaves.Count == 1 ? leaves.Single() : null;

    /// <summary>
    /// A round of a loop leaves what it has entered, on some path: the loop does not gather sections. Locks may be other ones in
    /// every round.
    /// </summary>
    public bool IsLeftInSameRound(OpenSection section) => section is { Kind: not OpenSection.Spinlock, Site: { } entered, Identity.IsCertain: true }
        && LoopOf(entered) is { } loop && _leavesByEnter.TryGetValue(entered, out var leaves) && leaves.Any(leave => LoopOf(leave) == loop);

    /// <summary>A loop in front of a place gives back what another loop has gathered: how often each of them goes round belongs together.</summary>
    public bool IsGivenBack(OpenSection gathered, SyntaxNodeOrToken place) => gathered.Site is { } entered && LoopOf(entered) is { } loop
        && _leavesByEnter.TryGetValue(entered, out var leaves)
        && leaves.Any(leave => LoopOf(leave) is { } other && other != loop && other.Span.End <= place.SpanStart);

    /// <summary>A loop leaves what another loop has entered: how often each of them goes round belongs together.</summary>
    public bool IsLeftInOtherLoop(SyntaxNode leave) => LoopOf(leave) is { } loop
        && _leavesByEnter.Any(entry => entry.Value.Contains(leave) && LoopOf(entry.Key) is { } other && other != loop);

    /// <summary>Every call that left a section.</summary>
    public IReadOnlyList<SyntaxNode> LeavesOf(SectionKey section) =>
        _leavesByKey.TryGetValue(section, out var leaves) ? leaves : new List<SyntaxNode>();

    /// <summary>Whether a call left, on some path, a section of this key that the body had entered.</summary>
    public bool ClosesOwn(SyntaxNode leave, SectionKey section) =>
        _leavesByEnter.Any(entry => entry.Value.Contains(leave)) && LeavesOf(section).Contains(leave);

    private static SyntaxNode? LoopOf(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(outer => outer is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax);
}
