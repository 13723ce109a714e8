using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2002: memory released by a function of another family.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class MismatchedReleaseCodeFixProvider : KmemCodeFixProvider
{
    public MismatchedReleaseCodeFixProvider()
        : base(Rules.MismatchedRelease, new ReleaseWithOwnFamily())
    {
    }
}
