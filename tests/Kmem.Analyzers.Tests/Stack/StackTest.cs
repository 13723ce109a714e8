using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.Testing;

namespace Kmem.Analyzers.Tests.Stack;

/// <summary>Tests of rules that options have a part in.</summary>
internal static class StackTest
{
    /// <summary>The members of a class, with lines of an <c>.editorconfig</c>.</summary>
    public static Task ConfiguredAsync(string members, string options)
    {
        var test = Verify.Create(["#nullable enable\nunsafe class Driver\n{\n" + members + "\n}"]);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\n" + options + "\n"));
        return test.RunAsync();
    }
}
