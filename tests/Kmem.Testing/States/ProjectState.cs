namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A project of a test.</summary>
public class ProjectState
{
    /// <summary>Creates an empty project.</summary>
    /// <param name="name">The project's and the assembly's name.</param>
    /// <param name="language">The language's name.</param>
    /// <param name="defaultPrefix">The path of unnamed sources, before their number.</param>
    /// <param name="defaultExtension">The extension of unnamed sources, without a dot.</param>
    public ProjectState(string name, string language, string defaultPrefix, string defaultExtension)
    {
        Name = name;
        Language = language;
        Sources = new SourceFileList(defaultPrefix, defaultExtension);
    }

    /// <summary>The project's and the assembly's name.</summary>
    public string Name { get; }

    /// <summary>The language's name.</summary>
    public string Language { get; }

    /// <summary>What is built; null for a library.</summary>
    public OutputKind? OutputKind { get; set; }

    /// <summary>The source files.</summary>
    public SourceFileList Sources { get; }

    /// <summary>Text files that analyzers may read.</summary>
    public SourceFileCollection AdditionalFiles { get; } = [];

    /// <summary>.editorconfig and .globalconfig files; sources lie under <c>/0/</c>, so <c>/.editorconfig</c> applies to all.</summary>
    public SourceFileCollection AnalyzerConfigFiles { get; } = [];

    /// <summary>References beside the framework's.</summary>
    public MetadataReferenceCollection AdditionalReferences { get; } = [];

    /// <summary>Names of the test's other projects that this one refers to.</summary>
    public List<string> AdditionalProjectReferences { get; } = [];

    internal bool HasContent =>
        Sources.Count + AdditionalFiles.Count + AnalyzerConfigFiles.Count + AdditionalReferences.Count + AdditionalProjectReferences.Count > 0;

    internal bool HasSameContent(ProjectState other) =>
        Sources.HasSameContent(other.Sources)
        && AdditionalFiles.HasSameContent(other.AdditionalFiles)
        && AnalyzerConfigFiles.HasSameContent(other.AnalyzerConfigFiles);

    internal void InheritFrom(ProjectState other)
    {
        OutputKind ??= other.OutputKind;
        InheritFiles(Sources, other.Sources);
        InheritFiles(AdditionalFiles, other.AdditionalFiles);
        InheritFiles(AnalyzerConfigFiles, other.AnalyzerConfigFiles);
        if (AdditionalReferences.Count == 0)
        {
            foreach (MetadataReference reference in other.AdditionalReferences)
                AdditionalReferences.Add(reference);
        }

        if (AdditionalProjectReferences.Count == 0)
            AdditionalProjectReferences.AddRange(other.AdditionalProjectReferences);
    }

    private static void InheritFiles(SourceFileCollection files, SourceFileCollection inherited)
    {
        if (files.Count == 0)
            files.AddRange(inherited);
    }
}
