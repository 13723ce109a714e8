using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2008: an object released to another pool than its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReleasedToOtherPoolCodeFixProvider : KmemCodeFixProvider
{
    public ReleasedToOtherPoolCodeFixProvider()
        : base(Rules.ReleasedToOtherPool, new UseReplacement())
    {
    }
}
