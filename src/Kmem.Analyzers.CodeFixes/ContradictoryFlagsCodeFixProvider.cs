using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM3001: allocation flags that contradict each other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ContradictoryFlagsCodeFixProvider : KmemCodeFixProvider
{
    public ContradictoryFlagsCodeFixProvider()
        : base(Rules.ContradictoryFlags, new UseFlags("UseConsistentFlags"))
    {
    }
}
