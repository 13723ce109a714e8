using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Support;

/// <summary>Compiles sources of this repository against what the tests themselves run on.</summary>
internal static class SourceProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview);

    private static readonly Lazy<MetadataReference[]> Platform = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    // The SDK writes these into every project; without them most files would not know List or Task.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Compiles all C# files below a folder, given relative to the root.</summary>
    public static CSharpCompilation CompileFolder(string folder) =>
        Compile(folder, [.. Repository.SourceFiles(folder).Select(file => (file, File.ReadAllText(file))), ("ImplicitUsings.cs", ImplicitUsings)]);

    /// <summary>Compiles texts; the first part of each pair is the path.</summary>
    public static CSharpCompilation Compile(string name, params (string Path, string Text)[] files) => CSharpCompilation.Create(
        Path.GetFileName(name) + ".Source",
        files.Select(file => Parse(file.Path, file.Text)),
        Platform.Value,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>Parses a file as <see cref="Compile"/> does.</summary>
    public static SyntaxTree Parse(string path, string text) => CSharpSyntaxTree.ParseText(SourceText.From(text), ParseOptions, path);
}
