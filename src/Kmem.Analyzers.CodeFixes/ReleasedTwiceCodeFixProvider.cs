using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2003: memory released twice.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReleasedTwiceCodeFixProvider : KmemCodeFixProvider
{
    public ReleasedTwiceCodeFixProvider()
        : base(Rules.ReleasedTwice, new RemoveRelease())
    {
    }
}
