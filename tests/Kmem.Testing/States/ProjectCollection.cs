using System.Collections;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A test's further projects, made when first asked for by name.</summary>
public sealed class ProjectCollection : IEnumerable<ProjectState>
{
    private readonly SortedDictionary<string, ProjectState> _projects = new(StringComparer.Ordinal);

    /// <summary>The project of that name.</summary>
    public ProjectState this[string name]
    {
        get
        {
            if (!_projects.TryGetValue(name, out ProjectState? project))
                _projects.Add(name, project = new ProjectState(name, LanguageNames.CSharp, $"/{name}/Test", "cs"));
            return project;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<ProjectState> GetEnumerator() => _projects.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
