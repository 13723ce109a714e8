using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2012: a release that an exception would skip.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SkippedReleaseCodeFixProvider : KmemCodeFixProvider
{
    public SkippedReleaseCodeFixProvider()
        : base(Rules.SkippedRelease, new ReleaseInFinally(), new FinallyForCatch())
    {
    }
}
