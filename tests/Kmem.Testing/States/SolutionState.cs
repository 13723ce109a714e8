namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The code of a test before or after a fix, and the diagnostics expected in it.</summary>
public sealed class SolutionState() : ProjectState("TestProject", LanguageNames.CSharp, "/0/Test", "cs")
{
    /// <summary>Diagnostics expected beside those that markup says.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    /// <summary>Projects beside the test's own.</summary>
    public ProjectCollection AdditionalProjects { get; } = new();

    /// <summary>What becomes of markup; null for the default of this state.</summary>
    public MarkupMode? MarkupHandling { get; set; }

    internal bool IsGiven => HasContent || ExpectedDiagnostics.Count > 0 || MarkupHandling is not null || AdditionalProjects.Any();

    /// <summary>Fills what this state leaves open from the state before it. Diagnostics that the fix removes are not inherited.</summary>
    internal SolutionState Inherit(SolutionState before, IReadOnlyCollection<string> fixableIds)
    {
        var result = new SolutionState();
        result.InheritFrom((ProjectState)this);
        result.InheritFrom((ProjectState)before);
        foreach (ProjectState project in AdditionalProjects.Concat(before.AdditionalProjects))
            result.AdditionalProjects[project.Name].InheritFrom(project);

        bool changed = result.ChangesContentOf(before);
        result.MarkupHandling = MarkupHandling ?? (changed ? MarkupMode.IgnoreFixable : before.MarkupHandling ?? MarkupMode.Allow);
        result.ExpectedDiagnostics.AddRange(ExpectedDiagnostics);
        result.ExpectedDiagnostics.AddRange(before.ExpectedDiagnostics.Where(diagnostic => !changed || !fixableIds.Contains(diagnostic.Id)));
        return result;
    }

    internal bool ChangesContentOf(SolutionState before) =>
        !HasSameContent(before)
        || !AdditionalProjects.Select(project => project.Name).SequenceEqual(before.AdditionalProjects.Select(project => project.Name))
        || AdditionalProjects.Any(project => !project.HasSameContent(before.AdditionalProjects[project.Name]));
}
