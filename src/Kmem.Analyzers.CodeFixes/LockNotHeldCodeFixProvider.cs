using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1009: a call of a method that needs a spinlock held.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockNotHeldCodeFixProvider : KmemCodeFixProvider
{
    public LockNotHeldCodeFixProvider()
        : base(Rules.LockNotHeld, new WrapInLock())
    {
    }
}
