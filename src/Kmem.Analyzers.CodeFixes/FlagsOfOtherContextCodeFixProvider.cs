using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM3002: flags that let the allocator call back into the code that allocates.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class FlagsOfOtherContextCodeFixProvider : KmemCodeFixProvider
{
    public FlagsOfOtherContextCodeFixProvider()
        : base(Rules.FlagsOfOtherContext, new UseFlags("UseFlagsOfContext"))
    {
    }
}
