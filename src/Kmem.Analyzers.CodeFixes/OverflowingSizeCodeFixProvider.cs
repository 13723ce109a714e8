using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4003: a size computed by a product that may overflow.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OverflowingSizeCodeFixProvider : KmemCodeFixProvider
{
    public OverflowingSizeCodeFixProvider()
        : base(Rules.OverflowingSize, new UseArrayAllocator())
    {
    }
}
