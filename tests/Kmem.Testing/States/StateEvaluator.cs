using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Takes the markup out of a state's files and resolves the locations of its expected diagnostics.</summary>
internal sealed class StateEvaluator
{
    private readonly MarkupMeaning _meaning;
    private readonly MarkupMode _mode;
    private readonly IReadOnlyCollection<string> _fixableIds;
    private readonly Dictionary<string, FileLinePositionSpan> _keys = [];
    private readonly ImmutableArray<DiagnosticResult>.Builder _expected = ImmutableArray.CreateBuilder<DiagnosticResult>();

    private StateEvaluator(MarkupMeaning meaning, MarkupMode mode, IReadOnlyCollection<string> fixableIds)
    {
        _meaning = meaning;
        _mode = mode;
        _fixableIds = fixableIds;
    }

    public static EvaluatedState Evaluate(SolutionState state, MarkupMeaning meaning, IReadOnlyCollection<string> fixableIds)
    {
        var evaluator = new StateEvaluator(meaning, state.MarkupHandling ?? MarkupMode.Allow, fixableIds);
        ImmutableArray<EvaluatedProject> projects = [.. state.AdditionalProjects.Prepend<ProjectState>(state).Select(evaluator.Evaluate)];
        string firstFile = state.Sources.Select(file => file.filename).FirstOrDefault("");
        foreach (DiagnosticResult result in state.ExpectedDiagnostics)
            evaluator._expected.Add(result.WithSpans(result.Spans.Select(span => evaluator.Resolve(span, firstFile))));
        return new EvaluatedState(projects, evaluator._expected.ToImmutable());
    }

    private EvaluatedProject Evaluate(ProjectState project) => new(
        project,
        [.. project.Sources.Select(Evaluate)],
        [.. project.AdditionalFiles.Select(Evaluate)],
        [.. project.AnalyzerConfigFiles.Select(Evaluate)]);

    private (string Path, SourceText Text) Evaluate((string filename, SourceText content) file)
    {
        if (_mode == MarkupMode.None)
            return file;
        MarkedText marked = MarkupParser.Parse(file.content.ToString(), file.filename, _meaning.Options);
        var text = SourceText.From(marked.Text, file.content.Encoding, file.content.ChecksumAlgorithm);
        foreach (MarkedSpan span in marked.Spans)
            Read(span, new FileLinePositionSpan(file.filename, text.Lines.GetLinePositionSpan(span.Span)));
        return (file.filename, text);
    }

    private void Read(MarkedSpan span, FileLinePositionSpan place)
    {
        if (span.IsLocationKey)
        {
            if (!_keys.TryAdd(span.Name!, place))
                throw new InvalidOperationException($"{Places.Describe(place)}: the location key '{span.Name}' is used twice; keys are unique over all files.");
            return;
        }

        DiagnosticResult result = _meaning.Expect(span, place);
        if (_mode == MarkupMode.Allow || (_mode == MarkupMode.IgnoreFixable && !_fixableIds.Contains(result.Id)))
            _expected.Add(result);
    }

    private DiagnosticLocation Resolve(DiagnosticLocation location, string firstFile)
    {
        if (location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey))
        {
            if (!_keys.TryGetValue(location.Span.Path, out FileLinePositionSpan place))
                throw new InvalidOperationException($"No markup '{{|{location.Span.Path}:text|}}' for the location that an expected diagnostic names.");
            return new DiagnosticLocation(place, location.Options & ~DiagnosticLocationOptions.InterpretAsMarkupKey);
        }

        return location.Span.Path.Length > 0
            ? location
            : location with { Span = new FileLinePositionSpan(firstFile, location.Span.Span) };
    }
}
