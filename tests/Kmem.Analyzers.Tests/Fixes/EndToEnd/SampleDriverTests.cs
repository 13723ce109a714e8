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

    [Fact]
    public async Task The_faulty_driver_becomes_the_fixed_one()
    {
        var project = Load("FaultyDriver");
        foreach (var fix in FixProviders.CreateAll())
        {
            var reports = (await AnalyzeAsync(project)).Where(report => fix.FixableDiagnosticIds.Contains(report.Id)).ToList();
            Assert.NotEmpty(reports);
            project = await FixAsync(project, fix, reports);
        }

        Assert.Empty(await AnalyzeAsync(project));
        foreach (var file in Directory.EnumerateFiles(Folder("FixedDriver"), "*.cs"))
        {
            var made = await project.Documents.Single(document => document.Name == Path.GetFileName(file)).GetTextAsync();
            Assert.Equal(await File.ReadAllTextAsync(file), made.ToString());
        }
    }

    private static async Task<Project> FixAsync(Project project, CodeFixProvider fix, List<Diagnostic> reports)
    {
        var document = project.GetDocument(reports[0].Location.SourceTree)!;
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, reports[0], (action, _) => actions.Add(action), CancellationToken.None));
        var context = new FixAllContext(
            document, fix, FixAllScope.Solution, actions[0].EquivalenceKey!, fix.FixableDiagnosticIds, new Given(project, reports), CancellationToken.None);
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
