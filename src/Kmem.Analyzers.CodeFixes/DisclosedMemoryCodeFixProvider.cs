using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4008: memory that was not written in full, handed to user space.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DisclosedMemoryCodeFixProvider : KmemCodeFixProvider
{
    public DisclosedMemoryCodeFixProvider()
        : base(Rules.DisclosedMemory, new UseZeroingAllocator())
    {
    }
}
