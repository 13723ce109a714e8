using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1013: a spinlock that is copied, so that the copy is locked.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CopiedLockCodeFixProvider : KmemCodeFixProvider
{
    public CopiedLockCodeFixProvider()
        : base(Rules.CopiedLock, new ReferToLock())
    {
    }
}
