using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1002: any other call that may sleep, in atomic context.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SleepingCallCodeFixProvider : KmemCodeFixProvider
{
    public SleepingCallCodeFixProvider()
        : base(Rules.SleepingCall, new UseAtomicAlternative(), new MapAtomically(), new AllocateBeforeSection())
    {
    }
}
