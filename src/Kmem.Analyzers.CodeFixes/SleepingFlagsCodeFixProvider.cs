using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1001: an allocation whose flags may sleep, in atomic context.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SleepingFlagsCodeFixProvider : KmemCodeFixProvider
{
    public SleepingFlagsCodeFixProvider()
        : base(Rules.SleepingFlags, new UseFlags(UseAtomicAlternative.Key), new AllocateBeforeSection())
    {
    }
}
