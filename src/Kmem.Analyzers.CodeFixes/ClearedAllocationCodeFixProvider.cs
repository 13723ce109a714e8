using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4004: an allocation that is cleared at once.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ClearedAllocationCodeFixProvider : KmemCodeFixProvider
{
    public ClearedAllocationCodeFixProvider()
        : base(Rules.ClearedAllocation, new UseZeroingAllocator())
    {
    }
}
