using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Changes the code but leaves the fault in it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class UselessFix : ToyFix
{
    public override FixAllProvider? GetFixAllProvider() => null;

    protected override SyntaxToken NewName(string name) => SyntaxFactory.Identifier(name.ToLowerInvariant() + "x");
}
