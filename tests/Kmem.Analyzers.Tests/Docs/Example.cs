using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>Code that a page shows.</summary>
internal static class Example
{
    /// <summary>The blocks of a language in a text.</summary>
    public static IEnumerable<string> Blocks(string text, string language) =>
        Regex.Matches(text, $@"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    /// <summary>What all analyzers report in code that has to compile.</summary>
    /// <param name="code">A file that may use the attributes and the allocator.</param>
    /// <param name="contracts">The text of a contract file beside it.</param>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string code, string? contracts = null)
    {
        var compilation = Compile(code);
        if (compilation.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } error)
            throw new InvalidOperationException($"The example does not compile: {error}\n{code}");
        ImmutableArray<AdditionalText> files = contracts is null ? [] : [new ContractText(contracts)];
        return await compilation.WithAnalyzers(Analyzers(), new AnalyzerOptions(files)).GetAnalyzerDiagnosticsAsync();
    }

    private static CSharpCompilation Compile(string code)
    {
        var references = new ProjectState("References", LanguageNames.CSharp, "/0/Test", "cs");
        KmemReferences.AddKernel(references);
        return CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview))],
            ReferenceAssemblies.Default.References.Concat(references.AdditionalReferences),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static ImmutableArray<DiagnosticAnalyzer> Analyzers() =>
    [
        .. typeof(MemoryDisciplineAnalyzer).Assembly.GetTypes()
            .Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private sealed class ContractText(string text) : AdditionalText
    {
        public override string Path => "Example.KmemContracts.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
