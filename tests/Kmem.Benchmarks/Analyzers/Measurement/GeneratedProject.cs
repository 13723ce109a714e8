using System.Collections.Immutable;
using Kmem.Benchmarks.Analyzers.Generation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>A generated code base as the compiler is given it: texts, references and options.</summary>
internal sealed class GeneratedProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);
    private static readonly Lazy<ImmutableArray<PortableExecutableReference>> References = new(() =>
        BuildInputs.Read("references.txt").Select(path => MetadataReference.CreateFromFile(path)).ToImmutableArray());

    private readonly (string Path, SourceText Text)[] _files;

    private GeneratedProject(CodeBase code)
    {
        Code = code;
        _files = code.Files.Select(file => (file.Path, SourceText.From(file.Text))).ToArray();
    }

    public CodeBase Code { get; }

    /// <exception cref="InvalidOperationException">The code does not compile: the generator is broken.</exception>
    public static GeneratedProject Create(CodeBase code)
    {
        var project = new GeneratedProject(code);
        var errors = project.Parse().GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5).ToList();
        if (errors.Count > 0)
            throw new InvalidOperationException($"The generated code base '{code.Name}' does not compile:\n" + string.Join('\n', errors));

        return project;
    }

    /// <summary>Parses every file, on all processors as the compiler does.</summary>
    public CSharpCompilation Parse()
    {
        var trees = new SyntaxTree[_files.Length];
        Parallel.For(0, trees.Length, i => trees[i] = CSharpSyntaxTree.ParseText(_files[i].Text, ParseOptions, _files[i].Path));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            concurrentBuild: true,
            deterministic: true);
        return CSharpCompilation.Create("Generated", trees, References.Value.Where(reference => Code.UsesKmem || !IsKmem(reference)), options);
    }

    private static bool IsKmem(PortableExecutableReference reference) =>
        Path.GetFileName(reference.FilePath)!.StartsWith("Kmem.", StringComparison.Ordinal);
}
