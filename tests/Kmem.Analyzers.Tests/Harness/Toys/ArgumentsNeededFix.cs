using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Cannot be made without arguments.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ArgumentsNeededFix : ToyFix
{
    public ArgumentsNeededFix(string title) => Title = title;

    public string Title { get; }
}
