using System.Collections.Immutable;
using Kmem.Analyzers.Tests.Fixes.Support;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>The fixes make of samples/FaultyDriver what samples/FixedDriver is.</summary>
public class SampleDriverTests
{
    private const string GlobalUsings = "global using System; global using System.Collections.Generic; global using System.Linq;";

    // No fix is possible for a contract that names nothing: its author must know which lock was meant.
    private const string ContractByHand = "[HoldsSpinlock(\"dev.Lock\")]";
    private const string ContractWithMistake = "[HoldsSpinlock(\"device.Lock\")]";

    // Files with defects that a person has to think about, or that are no more than suggestions.
    private static readonly string[] MendedByHand = ["Control.cs", "Firmware.cs", "Settings.cs", "Status.cs", "Trace.cs"];

    // Contracts are another analyzer's, and no driver has a body too large to be analysed.
    [Fact]
    public async Task The_faulty_driver_shows_every_rule_once() => Assert.Equal(
        Rules.All.Except([Rules.ContradictoryContract, Rules.UnreadableContractLine, Rules.AnalysisGivenUp]).Select(rule => rule.Id),
        (await AnalyzeAsync(Load("FaultyDriver"))).Select(report => report.Id).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_faulty_driver_becomes_the_fixed_one()
    {
        var project = Load("FaultyDriver");
        foreach (var fix in FixProviders.CreateAll())
        {
            var reports = (await AnalyzeAsync(project)).Where(report => fix.FixableDiagnosticIds.Contains(report.Id)).ToList();
            project = await FixAsync(project, fix, reports);
        }

        var left = (await AnalyzeAsync(project)).Select(report => Path.GetFileName(report.Location.SourceTree!.FilePath));
        Assert.Subset(MendedByHand.ToHashSet(), left.ToHashSet());
        foreach (var file in Directory.EnumerateFiles(Folder("FixedDriver"), "*.cs"))
        {
            var document = project.Documents.Single(document => document.Name == Path.GetFileName(file));
            string mended = await File.ReadAllTextAsync(file);
            if (MendedByHand.Contains(document.Name))
                project = document.WithText(SourceText.From(mended)).Project;
            else
                Assert.Equal(mended, (await document.GetTextAsync()).ToString());
        }

        Assert.Empty(await AnalyzeAsync(project));
    }

    private static async Task<Project> FixAsync(Project project, CodeFixProvider fix, List<Diagnostic> reports)
    {
        foreach (var report in reports)
        {
            var document = project.GetDocument(report.Location.SourceTree)!;
            var actions = new List<CodeAction>();
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, report, (action, _) => actions.Add(action), CancellationToken.None));
            if (actions.Count > 0)
                return await FixAllAsync(project, document, fix, actions[0], reports);
        }

        return project;
    }

    private static async Task<Project> FixAllAsync(Project project, Document document, CodeFixProvider fix, CodeAction action, List<Diagnostic> reports)
    {
        var context = new FixAllContext(
            document, fix, FixAllScope.Solution, action.EquivalenceKey!, fix.FixableDiagnosticIds, new Given(project, reports), CancellationToken.None);
        var all = (await fix.GetFixAllProvider()!.GetFixAsync(context))!;
        var operation = Assert.IsType<ApplyChangesOperation>(Assert.Single(await all.GetOperationsAsync(CancellationToken.None)));
        return operation.ChangedSolution.GetProject(project.Id)!;
    }

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Project project)
    {
        var compilation = (await project.GetCompilationAsync())!;
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return await compilation.WithAnalyzers([new MemoryDisciplineAnalyzer()], project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync();
    }

    private static Project Load(string sample)
    {
        var references = new ProjectState("References", LanguageNames.CSharp, "/0/Test", "cs");
        KmemReferences.AddKernel(references);
        var project = new AdhocWorkspace().AddProject(sample, LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable))
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Preview))
            .WithMetadataReferences(ReferenceAssemblies.Default.References.Concat(references.AdditionalReferences))
            .AddDocument("GlobalUsings.cs", GlobalUsings).Project;
        foreach (var file in Directory.EnumerateFiles(Folder(sample)).Where(file => Path.GetExtension(file) is ".cs" or ".txt"))
        {
            var text = File.ReadAllText(file).Replace(ContractWithMistake, ContractByHand, StringComparison.Ordinal);
            project = file.EndsWith(".cs", StringComparison.Ordinal)
                ? project.AddDocument(Path.GetFileName(file), SourceText.From(text), filePath: file).Project
                : project.AddAdditionalDocument(Path.GetFileName(file), SourceText.From(text), filePath: file).Project;
        }

        return project;
    }

    private static string Folder(string sample) => Path.Combine(Repository.Root, "samples", sample);

    private sealed class Given(Project project, List<Diagnostic> reports) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project asked, CancellationToken cancellationToken) =>
            Task.FromResult(reports.Where(_ => asked.Id == project.Id));

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(reports.Where(report => document.Project.GetDocument(report.Location.SourceTree)?.Id == document.Id));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project asked, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
