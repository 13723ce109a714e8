using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1011: a method that may sleep and does not say so.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UndeclaredSleepCodeFixProvider : KmemCodeFixProvider
{
    public UndeclaredSleepCodeFixProvider()
        : base(Rules.UndeclaredSleep, new DeclareSleep())
    {
    }
}
