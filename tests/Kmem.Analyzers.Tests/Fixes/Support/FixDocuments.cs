using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>Documents for fixers, beside a face of the kernel.</summary>
internal static class FixDocuments
{
    /// <summary>Code that begins with <c>// top-level</c> is a program.</summary>
    public static Document Create(string code, string? contracts = null, string? editorConfig = null)
    {
        var kind = code.StartsWith("// top-level", StringComparison.Ordinal) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var references = new ProjectState("References", LanguageNames.CSharp, "/0/Test", "cs");
        KmemReferences.AddAnnotations(references);

        var project = new AdhocWorkspace().AddProject("Test", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(kind, allowUnsafe: true))
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Preview))
            .WithMetadataReferences(ReferenceAssemblies.Default.References.Concat(references.AdditionalReferences))
            .AddDocument("Kernel.cs", KernelStub.Code).Project;
        if (contracts is not null)
            project = project.AddAdditionalDocument("My.KmemContracts.txt", contracts, filePath: "/0/My.KmemContracts.txt").Project;
        if (editorConfig is not null)
            project = project.AddAnalyzerConfigDocument(".editorconfig", SourceText.From(editorConfig), filePath: "/0/.editorconfig").Project;
        return project.AddDocument("Test.cs", SourceText.From(code), filePath: "/0/Test.cs");
    }
}
