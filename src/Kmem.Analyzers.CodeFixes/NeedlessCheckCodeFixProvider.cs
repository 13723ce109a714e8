using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2011: a null check in front of a release that accepts null.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NeedlessCheckCodeFixProvider : KmemCodeFixProvider
{
    public NeedlessCheckCodeFixProvider()
        : base(Rules.NeedlessCheck, new RemoveCheck())
    {
    }
}
