using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4001: a constant size above the allocator's maximum.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SizeTooLargeCodeFixProvider : KmemCodeFixProvider
{
    public SizeTooLargeCodeFixProvider()
        : base(Rules.SizeTooLarge, new UseUnlimitedAllocator())
    {
    }
}
