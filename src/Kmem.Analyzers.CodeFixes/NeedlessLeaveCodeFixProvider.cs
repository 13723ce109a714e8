using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1005: a section or lock is left that is not open.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NeedlessLeaveCodeFixProvider : KmemCodeFixProvider
{
    public NeedlessLeaveCodeFixProvider()
        : base(Rules.NeedlessLeave, new RemoveLeave())
    {
    }
}
