using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1012: an atomic allocation where the code may sleep.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NeedlesslyAtomicCodeFixProvider : KmemCodeFixProvider
{
    public NeedlesslyAtomicCodeFixProvider()
        : base(Rules.NeedlesslyAtomic, new UseFlags("UseSleepingFlags"))
    {
    }
}
