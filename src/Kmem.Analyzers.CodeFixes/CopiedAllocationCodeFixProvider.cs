using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4009: an allocation that is filled by one copy.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CopiedAllocationCodeFixProvider : KmemCodeFixProvider
{
    public CopiedAllocationCodeFixProvider()
        : base(Rules.CopiedAllocation, new UseDuplicatingAllocator())
    {
    }
}
