using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>A few lines of code, compiled, as the engine's parts see them.</summary>
internal sealed class Snippet
{
    private const string Prelude = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using Kmem;
        using Kmem.Annotations;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        """;

    private Snippet(CSharpCompilation compilation)
    {
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Program = new AnalyzedProgram(compilation, new ContractTable(FileContracts.With([])));
    }

    public AnalyzedProgram Program { get; }

    /// <summary>The statements of a method <c>Test</c>, which may call <c>A</c> to <c>E</c> and ask <c>P</c> and <c>Q</c>.</summary>
    public static Snippet Statements(string statements, string header = "unsafe void Test(bool c, bool d, int n, string s, int* p, Node* q, Node[] nodes)") => Members(
        header + " {\n" + statements + "\n}\n" + """
        static extern void A(); static extern void B(); static extern void C(); static extern void D(); static extern void E();
        static extern bool P(); static extern bool Q(); static extern int* G();
        """);

    /// <summary>The members of a class.</summary>
    public static Snippet Members(string members) => new(SourceProject.Compile("Snippet", ("Snippet.cs", Prelude + """

        unsafe struct Node { public int head; public Node* next; public fixed byte data[4]; public Node* Last => next; }
        sealed class Scope : IDisposable { public void Dispose() { } }
        unsafe partial class Snippet
        {
        """ + "\n" + members + "\n}")));

    /// <summary>The members of a class that has no pointers, for async code.</summary>
    public static Snippet Safe(string members) => new(SourceProject.Compile("Snippet", ("Snippet.cs", Prelude + "\nclass Snippet\n{\n" + members + "\n}")));

    public IMethodSymbol Method(string name) =>
        Program.Compilation.GetTypeByMetadataName("Snippet")!.GetMembers(name).OfType<IMethodSymbol>().Single();

    public MethodGraph Graph(string method = "Test")
    {
        MethodGraph? graph = Program.Graphs.Find(Method(method), CancellationToken.None);
        Assert.NotNull(graph);
        return graph;
    }
}
