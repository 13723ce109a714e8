using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Stack;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM5001: locals that need more stack than the budget.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LargeFrameCodeFixProvider : KmemCodeFixProvider
{
    public LargeFrameCodeFixProvider()
        : base(Rules.LargeFrame, new UseHeapBuffer())
    {
    }
}
