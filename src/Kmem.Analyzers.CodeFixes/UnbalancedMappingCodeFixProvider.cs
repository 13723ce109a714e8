using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2010: a mapping without its end, or the reverse.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnbalancedMappingCodeFixProvider : KmemCodeFixProvider
{
    public UnbalancedMappingCodeFixProvider()
        : base(Rules.UnbalancedMapping, new InsertLeave())
    {
    }
}
