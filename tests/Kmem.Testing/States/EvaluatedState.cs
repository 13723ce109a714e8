using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A state whose markup was taken out and turned into expected diagnostics.</summary>
internal sealed record EvaluatedState(ImmutableArray<EvaluatedProject> Projects, ImmutableArray<DiagnosticResult> Expected)
{
    public EvaluatedProject Primary => Projects[0];
}

/// <summary>A project without markup; the first one of a state is the test's own.</summary>
internal sealed record EvaluatedProject(
    ProjectState State,
    ImmutableArray<(string Path, SourceText Text)> Sources,
    ImmutableArray<(string Path, SourceText Text)> AdditionalFiles,
    ImmutableArray<(string Path, SourceText Text)> AnalyzerConfigFiles);
