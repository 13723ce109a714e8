using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4006: the address of a page in high memory.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AddressOfHighPageCodeFixProvider : KmemCodeFixProvider
{
    public AddressOfHighPageCodeFixProvider()
        : base(Rules.AddressOfHighPage, new MapHighPage())
    {
    }
}
