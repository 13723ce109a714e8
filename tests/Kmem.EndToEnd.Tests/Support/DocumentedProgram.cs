using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>An example of a page about the runtime: the body of a program, and what it prints.</summary>
internal sealed partial class DocumentedProgram
{
    private const string FileName = "driver.cs";

    private DocumentedProgram(string code, string? output)
    {
        Code = code;
        Output = output;
    }

    public string Code { get; }

    /// <summary>What the page shows below the code; null: nothing.</summary>
    public string? Output { get; }

    /// <summary>The examples of a page, but not the lines that all of them take for granted.</summary>
    public static DocumentedProgram[] ReadAll(string page) =>
        [.. Block().Matches(page).Where(match => !match.Groups["code"].Value.StartsWith("using Kmem;", StringComparison.Ordinal))
            .Select(match => new DocumentedProgram(match.Groups["code"].Value, match.Groups["output"].Success ? match.Groups["output"].Value : null))];

    /// <summary>Compiles the example against the runtime that was built, runs it, and returns what it and the machine print, in their order: all goes to the machine's log, standard error.</summary>
    public string Run(string folder)
    {
        string built = Repository.PathOf("samples", "NativeDriver", "bin", Repository.Configuration, "net10.0");
        foreach (string library in (string[])["Kmem.dll", "Kmem.Annotations.dll"])
            File.Copy(Path.Combine(built, library), Path.Combine(folder, library), overwrite: true);
        string program = Path.Combine(folder, "program.dll");
        Compile(program, folder);
        return Tool.Dotnet(folder, null, "exec", "--runtimeconfig", Path.Combine(built, "NativeDriver.runtimeconfig.json"), program).MustSucceed().Output;
    }

    /// <summary>Puts a word for what differs from run to run, or with the compiler: addresses, the folder of the source, the depth of the stack.</summary>
    public static string Normalize(string output) =>
        StackDepth().Replace(Folder().Replace(Address().Replace(output, "ADDRESS"), FileName), "DEPTH");

    private void Compile(string program, string folder)
    {
        string source = $$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using System.Threading;
            using Kmem;
            using Kmem.Annotations;
            using static Kmem.Kernel;
            using static Kmem.gfp_t;
            using static Kmem.slab_flags_t;
            internal static class Program
            {
                private static unsafe void Main()
                {
                    Console.SetOut(Console.Error);
            #line 1
            {{Code}}
                }
            }
            """;
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        IEnumerable<string> references = platform.Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)).Concat(Directory.GetFiles(folder, "Kmem*.dll"));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "program",
            [CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), new CSharpParseOptions(LanguageVersion.Latest), FileName)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error));
        using FileStream code = File.Create(program), symbols = File.Create(Path.ChangeExtension(program, ".pdb"));
        EmitResult result = compilation.Emit(code, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!result.Success)
            throw new InvalidOperationException($"The example does not compile:\n{string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))}\n{source}");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```\n(\n```text\n(?<output>.*?)^```)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\b(0x)?[0-9a-f]{10,16}\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"\S*\bdriver\.cs")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\d+(?= bytes used of)")]
    private static partial Regex StackDepth();
}
