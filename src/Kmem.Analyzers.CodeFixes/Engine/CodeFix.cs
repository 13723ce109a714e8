namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>One way to mend a diagnostic.</summary>
internal abstract class CodeFix
{
    /// <summary>
    /// Names what the fix does for fix-all. Fixes that mend different reports in the same sense share a key, so that one run does them all.
    /// </summary>
    public abstract string EquivalenceKey { get; }

    /// <summary>What to write for this diagnostic; null where the fix cannot be right.</summary>
    public abstract FixPlan? Plan(FixSite site);
}
