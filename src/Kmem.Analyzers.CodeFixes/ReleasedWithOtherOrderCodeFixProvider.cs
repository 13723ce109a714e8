using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2007: pages released with another order.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReleasedWithOtherOrderCodeFixProvider : KmemCodeFixProvider
{
    public ReleasedWithOtherOrderCodeFixProvider()
        : base(Rules.ReleasedWithOtherOrder, new UseReplacement(), new ReleaseWithOwnFamily())
    {
    }
}
