using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Context;

/// <summary>Gathers locks that are taken where they are held, and flags variables that are overwritten before they are used.</summary>
internal sealed class DeadlockReports
{
    private readonly Dictionary<TextSpan, Found> _found = new();

    /// <summary>A call takes a lock that this thread holds.</summary>
    public void AddHeld(SyntaxNodeOrToken call, string callee, string name, OpenSection held) =>
        Add(new Found(call, Rules.Text("Deadlock_Held", callee, name), held));

    /// <summary>A call saves into a variable what an open section still needs.</summary>
    public void AddOverwritten(SyntaxNodeOrToken call, string callee, string variable, OpenSection open) =>
        Add(new Found(call, Rules.Text("Deadlock_Saved", callee, variable), open));

    /// <param name="unbalanced">
    /// Ways out that leave a section open: a loop that comes back to the same call has one of these, and that is its defect.
    /// </param>
    public IEnumerable<Diagnostic> Diagnostics(IReadOnlyList<OpenExit> unbalanced) => _found.Values
        .Where(found => found.Open.Site is null || !Encloses(found) || unbalanced.All(open => open.Section.Site != found.Open.Site))
        .Select(found => Diagnostic.Create(
            Rules.LockTakenTwice,
            found.Call.GetLocation(),
            found.Open.Site is null || Encloses(found) ? null : new[] { found.Open.Site.GetLocation() },
            found.Message));

    private static bool Encloses(Found found) => found.Open.Site!.Span.Equals(found.Call.Span);

    private void Add(Found found)
    {
        if (!_found.ContainsKey(found.Call.Span))
            _found.Add(found.Call.Span, found);
    }

    private sealed record Found(SyntaxNodeOrToken Call, LocalizableString Message, OpenSection Open);
}
