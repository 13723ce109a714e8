using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>
/// Hands a fixer the diagnostics that an analysis would make of marked code, and looks at what it writes. Tests of a fix alone:
/// shapes that no analysis reports, and decisions that it makes only sometimes, can be tried here too.
/// </summary>
internal sealed class FixCase<TFix>
    where TFix : CodeFixProvider, new()
{
    private readonly TFix _fix = new();
    private readonly MarkedCode _marked;
    private readonly Document _document;
    private readonly List<Diagnostic> _diagnostics = [];

    public FixCase(string marked, string? contracts = null, string? editorConfig = null)
    {
        _marked = new MarkedCode(marked);
        _document = FixDocuments.Create(_marked.Code, contracts, editorConfig);
    }

    /// <summary>A report at a marked piece; a property's value that is the name of a piece stands for its span.</summary>
    public FixCase<TFix> Report(string at, params (string Key, string Value)[] properties)
    {
        var rule = Rules.All.Single(rule => rule.Id == _fix.FixableDiagnosticIds.Single());
        var values = properties.ToImmutableDictionary(
            property => property.Key,
            property => (string?)(property.Key.EndsWith("Span", StringComparison.Ordinal) ? _marked.Span(property.Value) : property.Value));
        var tree = _document.GetSyntaxTreeAsync().Result!;
        _diagnostics.Add(Diagnostic.Create(rule, Location.Create(tree, _marked[at]), values));
        return this;
    }

    /// <summary>The titles offered for the first report.</summary>
    public async Task<IEnumerable<string>> TitlesAsync() => (await ActionsAsync(_diagnostics[0])).Select(action => action.Title);

    public async Task OffersNothingAsync() => Assert.Empty(await TitlesAsync());

    /// <summary>Not offered under this title, whatever else is.</summary>
    public async Task DoesNotOfferAsync(string title) => Assert.DoesNotContain(title, await TitlesAsync());

    /// <summary>Applies an action for the first report, or for all of them; what comes of it must compile.</summary>
    public async Task FixesToAsync(string expected, int action = 0)
    {
        var actions = await ActionsAsync(_diagnostics[0]);
        Assert.True(action < actions.Count, $"{actions.Count} actions are offered: {string.Join(", ", actions.Select(offered => offered.Title))}.");

        var chosen = _diagnostics.Count == 1 ? actions[action] : await FixAllAsync(actions[action].EquivalenceKey!);
        var operations = await chosen.GetOperationsAsync(CancellationToken.None);
        var changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution.GetDocument(_document.Id)!;

        Assert.Equal(expected, (await changed.GetTextAsync()).ToString(), ignoreLineEndingDifferences: false);
        var compilation = await changed.Project.GetCompilationAsync();
        Assert.Empty(compilation!.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    private async Task<List<CodeAction>> ActionsAsync(Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        await _fix.RegisterCodeFixesAsync(new CodeFixContext(_document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    private async Task<CodeAction> FixAllAsync(string key)
    {
        var context = new FixAllContext(
            _document, _fix, FixAllScope.Document, key, _fix.FixableDiagnosticIds, new GivenDiagnostics(_diagnostics), CancellationToken.None);
        return (await _fix.GetFixAllProvider()!.GetFixAsync(context))!;
    }

    private sealed class GivenDiagnostics(List<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
