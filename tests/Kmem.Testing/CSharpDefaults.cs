namespace Microsoft.CodeAnalysis.CSharp.Testing;

/// <summary>How tests compile C#.</summary>
internal static class CSharpDefaults
{
    public static readonly CSharpCompilationOptions CompilationOptions = new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true);

    // Users of .NET 10 write the language version after this compiler's latest.
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, DocumentationMode.Diagnose);
}
