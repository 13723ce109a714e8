using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Flags;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM3003: modifiers put together by hand that are a type flag.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class HandCombinedFlagsCodeFixProvider : KmemCodeFixProvider
{
    public HandCombinedFlagsCodeFixProvider()
        : base(Rules.HandCombinedFlags, new UseTypeFlag())
    {
    }
}
