using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1003: sleep between <c>get_cpu_var</c> and <c>put_cpu_var</c> or their like.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SleepInPerCpuSectionCodeFixProvider : KmemCodeFixProvider
{
    public SleepInPerCpuSectionCodeFixProvider()
        : base(
            Rules.SleepInPerCpuSection,
            new UseFlags(UseAtomicAlternative.Key), new UseAtomicAlternative(), new MapAtomically(), new MoveBehindSection(), new AllocateBeforeSection())
    {
    }
}
