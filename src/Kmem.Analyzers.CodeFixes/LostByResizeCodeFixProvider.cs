using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2009: memory lost when it cannot be resized.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LostByResizeCodeFixProvider : KmemCodeFixProvider
{
    public LostByResizeCodeFixProvider()
        : base(Rules.LostByResize, new KeepResult())
    {
    }
}
