using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

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

    /// <summary>Every call that left a section.</summary>
    public IReadOnlyList<SyntaxNode> LeavesOf(SectionKey section) =>
        _leavesByKey.TryGetValue(section, out var leaves) ? leaves : new List<SyntaxNode>();

    /// <summary>Whether a call left, on some path, a section of this key that the body had entered.</summary>
    public bool ClosesOwn(SyntaxNode leave, SectionKey section) =>
        _leavesByEnter.Any(entry => entry.Value.Contains(leave)) && LeavesOf(section).Contains(leave);
}
