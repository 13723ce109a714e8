using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>References run downwards among the fixes, and never to an analysis: what a fix needs to know, the diagnostic tells it.</summary>
public class FixLayersTests
{
    private const string Root = "Kmem.Analyzers.CodeFixes";
    private const string Fixers = "";

    private static readonly string[][] Order = [["Engine"], ["Syntax"], ["Flags"], ["Context", "Lifetime", "Usage", "Stack"], [Fixers]];
    private static readonly string[] Readable = ["Kmem.Analyzers", "Kmem.Analyzers.Contracts"];

    [Fact]
    public void No_reference_runs_upwards_or_to_an_analysis()
    {
        var compilation = SourceProject.CompileFolder("src/Kmem.Analyzers.CodeFixes");
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Id is "CS0246" or "CS0234" or "CS0103");

        var references = compilation.SyntaxTrees.SelectMany(tree => References(tree, compilation.GetSemanticModel(tree))).ToList();
        Assert.Contains(references, reference => reference.To == "Kmem.Analyzers.Contracts"); // internal types are seen
        Assert.Empty(references.Where(reference => !IsAllowed(reference.From, reference.To)).Select(reference => $"{reference.Place} refers to {reference.To}"));
    }

    private static IEnumerable<(string From, string To, string Place)> References(SyntaxTree tree, SemanticModel model)
    {
        var from = tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(_ => from is not null))
        {
            var info = model.GetSymbolInfo(name);
            var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            var to = symbol?.ContainingNamespace?.ToDisplayString();
            if (symbol is not INamespaceSymbol && to is not null && to.StartsWith("Kmem.Analyzers", StringComparison.Ordinal))
                yield return (from!, to, $"{Path.GetFileName(tree.FilePath)}({tree.GetLineSpan(name.Span).StartLinePosition.Line + 1})");
        }
    }

    private static bool IsAllowed(string from, string to) => to.StartsWith(Root, StringComparison.Ordinal)
        ? from == to || Height(from) > Height(to)
        : Readable.Contains(to);

    private static int Height(string space)
    {
        var room = space.Length > Root.Length ? space[(Root.Length + 1)..] : Fixers;
        var height = Array.FindIndex(Order, rooms => rooms.Contains(room));
        return height >= 0 ? height : throw new InvalidOperationException($"'{space}' has no place in the written order of the fixes.");
    }
}
