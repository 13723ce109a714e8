using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Kmem.Analyzers.Tests.Support;

/// <summary>Runs the rules over a few lines of driver code; markup says what is to be found, and nothing else may be.</summary>
internal static class Verify
{
    /// <summary>Kept short: every test compiles it. The second file of each test.</summary>
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Diagnostics.CodeAnalysis;
        global using System.Runtime.InteropServices;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Kmem;
        global using Kmem.Annotations;
        global using static Kmem.Kernel;
        global using static Kmem.gfp_t;
        """;

    /// <summary>What they report is missing at the end of a body, or needless in it: the snippets of other rules end early, and say more than they must.</summary>
    public static readonly string[] RulesOfWholeBodies = ["KMEM2005", "KMEM2011"];

    /// <summary>What statements and members under test may use.</summary>
    private const string Driver = """
        unsafe struct ring { public spinlock_t lk; public byte* buf; public int head; public ring* next; }
        unsafe class device { public spinlock_t lk; public readonly mutex m = new(); public byte* buf; public gfp_t flags; public ring* ring; public device? parent; }
        """;

    /// <summary>The statements of a method that has a lock <c>lk</c>, a mutex <c>m</c>, a <c>device dev</c>, conditions, a number and flags.</summary>
    public static Task StatementsAsync(string statements, params DiagnosticResult[] expected) => MembersAsync(
        "void Test(device dev, bool condition, bool other, int n, gfp_t flags, object? o)\n{\n" + statements + "\n}", expected);

    /// <summary>The members of a class that has a lock <c>lk</c>, another one <c>lk2</c> and a mutex <c>m</c>.</summary>
    public static Task MembersAsync(string members, params DiagnosticResult[] expected) => SourcesAsync([Whole(members)], expected);

    /// <summary>Whole files.</summary>
    public static Task SourcesAsync(string[] sources, params DiagnosticResult[] expected) => Create(sources, expected).RunAsync();

    /// <summary>Whole files that know nothing of Kmem.</summary>
    public static Task DotNetAsync(string source, params DiagnosticResult[] expected)
    {
        var test = new CSharpAnalyzerTest<MemoryDisciplineAnalyzer, DefaultVerifier> { TestCode = source };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    private static string Whole(string members) =>
        "#nullable enable\n" + Driver + "\nunsafe partial class Driver\n{\nstatic spinlock_t lk, lk2;\nstatic readonly mutex m = new();\n" + members + "\n}";

    /// <summary>A report, for its message and further locations.</summary>
    public static DiagnosticResult Report(string id) => CSharpAnalyzerVerifier<MemoryDisciplineAnalyzer, DefaultVerifier>.Diagnostic(id);

    /// <summary>A test that is not run yet.</summary>
    public static CSharpAnalyzerTest<MemoryDisciplineAnalyzer, DefaultVerifier> Create(string[] sources, params DiagnosticResult[] expected)
    {
        var test = new CSharpAnalyzerTest<MemoryDisciplineAnalyzer, DefaultVerifier>();
        KmemReferences.AddKernel(test.TestState);
        foreach (string source in sources)
            test.TestState.Sources.Add(source);
        test.TestState.Sources.Add(("Usings.cs", Usings));
        test.ExpectedDiagnostics.AddRange(expected);
        test.DisabledDiagnostics.AddRange(RulesOfWholeBodies);
        return test;
    }

    /// <summary>The same with every rule: statements that stand for a part of a method leave things undone, whole methods do not.</summary>
    public static Task CompleteAsync(string members, params DiagnosticResult[] expected)
    {
        var test = Create([Whole(members)], expected);
        test.DisabledDiagnostics.Clear();
        return test.RunAsync();
    }

    /// <summary>Whole files, with every rule.</summary>
    public static Task CompleteSourcesAsync(params string[] sources)
    {
        var test = Create(sources);
        test.DisabledDiagnostics.Clear();
        return test.RunAsync();
    }
}
