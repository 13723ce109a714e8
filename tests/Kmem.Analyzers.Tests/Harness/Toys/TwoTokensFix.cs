using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Builds an identifier whose text holds two tokens, as a hand-made node may.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class TwoTokensFix : ToyFix
{
    protected override SyntaxToken NewName(string name) => SyntaxFactory.Identifier($"{name}=0");
}
