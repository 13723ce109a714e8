using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.Formatting;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// One workspace, and one solution with an empty project for each setup. Solutions are immutable: every test forks one of these
/// and so finds the references bound already, which otherwise is most of a small test's time.
/// </summary>
internal static class BaseSolutions
{
    private static readonly AdhocWorkspace Workspace = new();
    private static readonly ConcurrentDictionary<ProjectSetup, Lazy<BaseSolution>> Cache = new();

    public static Solution Fork(string projectName, ProjectSetup setup, out ProjectId projectId)
    {
        BaseSolution known = Cache.GetOrAdd(setup, key => new Lazy<BaseSolution>(() => Create(projectName, key))).Value;
        projectId = known.ProjectId;
        return known.Solution;
    }

    private static BaseSolution Create(string name, ProjectSetup setup)
    {
        ProjectInfo info = CreateProject(name, setup, []);
        Solution solution = Workspace.CurrentSolution.AddProject(info);
        // Without this the formatter would write the machine's line ends into the tests' fixed code.
        solution = solution.WithOptions(solution.Options.WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, "\n"));
        Compilation compilation = solution.GetProject(info.Id)!.GetCompilationAsync().GetAwaiter().GetResult()!;
        _ = compilation.GetSpecialType(SpecialType.System_Object);
        return new BaseSolution(solution, info.Id, compilation);
    }

    public static ProjectInfo CreateProject(string name, ProjectSetup setup, IEnumerable<ProjectReference> projectReferences) =>
        ProjectInfo.Create(
            ProjectId.CreateNewId(name),
            VersionStamp.Default,
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: setup.CompilationOptions,
            parseOptions: setup.ParseOptions,
            projectReferences: projectReferences,
            metadataReferences: setup.References);

    /// <param name="Solution">The solution that tests fork.</param>
    /// <param name="ProjectId">Its only project.</param>
    /// <param name="KeptAlive">The project's compilation; the solution alone would hold it weakly.</param>
    private sealed record BaseSolution(Solution Solution, ProjectId ProjectId, Compilation KeptAlive);
}
