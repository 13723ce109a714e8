using System.Collections.Immutable;
using Kmem.Analyzers.Tests.Hostile;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Corpus;

/// <summary>A folder of the corpus: files that are compiled together, with the contract files beside them.</summary>
internal sealed class CorpusPart(string name, Action<ProjectState> addReferences)
{
    private const string Folder = "tests/Kmem.Analyzers.Tests/Corpus/Sources";

    /// <summary>Drivers and subsystems: they use the allocator and the attributes.</summary>
    public static CorpusPart Kernel { get; } = new("Kernel", KmemReferences.AddKernel);

    /// <summary>Libraries that have never heard of Kmem.</summary>
    public static CorpusPart DotNet { get; } = new("DotNet", _ => { });

    /// <summary>How many lines of the part have something on them.</summary>
    public int CountLines() => Files("*.cs").Sum(file => File.ReadLines(file).Count(line => !string.IsNullOrWhiteSpace(line)));

    /// <summary>What the compiler objects to.</summary>
    public IEnumerable<string> FindErrors() =>
        Compile().GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString());

    /// <summary>What all analyzers report, whatever its severity.</summary>
    public async Task<string[]> AnalyzeAsync()
    {
        ImmutableArray<AdditionalText> contracts = [.. Files("*.KmemContracts.txt").Select(file => new ContractText(file))];
        var reports = await Compile().WithAnalyzers(AllAnalyzers.Create(), new AnalyzerOptions(contracts)).GetAnalyzerDiagnosticsAsync();
        return [.. reports.Select(report => report.ToString()).Order(StringComparer.Ordinal)];
    }

    private CSharpCompilation Compile()
    {
        var references = new ProjectState("References", LanguageNames.CSharp, "/0/Test", "cs");
        addReferences(references);
        return CSharpCompilation.Create(
            name,
            Files("*.cs").Select(file => SourceProject.Parse(Path.GetFileName(file), File.ReadAllText(file))),
            ReferenceAssemblies.Default.References.Concat(references.AdditionalReferences),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    private IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder, name), pattern).Order(StringComparer.Ordinal);

    private sealed class ContractText(string path) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(path));
    }
}
