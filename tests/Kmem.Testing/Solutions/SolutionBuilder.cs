using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Builds the solution of an evaluated state.</summary>
internal sealed class SolutionBuilder(Func<ProjectState, ProjectSetup> setupOf, IReadOnlyList<Func<Solution, ProjectId, Solution>> transforms)
{
    public Solution Build(EvaluatedState state)
    {
        Solution solution = BaseSolutions.Fork(state.Primary.State.Name, setupOf(state.Primary.State), out ProjectId primary);
        solution = AddFiles(solution, primary, state.Primary);
        foreach (EvaluatedProject project in state.Projects.Skip(1))
        {
            ProjectInfo info = BaseSolutions.CreateProject(project.State.Name, setupOf(project.State), []);
            solution = AddFiles(solution.AddProject(info), info.Id, project);
        }

        foreach (EvaluatedProject project in state.Projects)
            solution = AddReferences(solution, project.State);
        foreach (Func<Solution, ProjectId, Solution> transform in transforms)
            solution = transform(solution, primary);
        return solution;
    }

    private static Solution AddFiles(Solution solution, ProjectId project, EvaluatedProject files)
    {
        foreach ((string path, SourceText text) in files.Sources)
            solution = solution.AddDocument(DocumentId.CreateNewId(project, path), Path.GetFileName(path), text, filePath: path);
        foreach ((string path, SourceText text) in files.AdditionalFiles)
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(project, path), Path.GetFileName(path), text, filePath: path);
        foreach ((string path, SourceText text) in files.AnalyzerConfigFiles)
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(project, path), Path.GetFileName(path), text, filePath: path);
        return solution;
    }

    private static Solution AddReferences(Solution solution, ProjectState project)
    {
        foreach (string name in project.AdditionalProjectReferences)
            solution = solution.AddProjectReference(Find(solution, project.Name), new ProjectReference(Find(solution, name)));
        return solution;
    }

    private static ProjectId Find(Solution solution, string name) =>
        solution.Projects.SingleOrDefault(project => project.Name == name)?.Id
        ?? throw new InvalidOperationException($"A project refers to '{name}', but the test has no project of that name.");
}
