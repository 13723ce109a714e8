using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2005: memory that is never released.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LeakedCodeFixProvider : KmemCodeFixProvider
{
    public LeakedCodeFixProvider()
        : base(Rules.Leaked, new InsertRelease())
    {
    }
}
