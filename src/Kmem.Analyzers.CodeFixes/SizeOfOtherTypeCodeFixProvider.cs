using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Usage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM4005: memory allocated with the size of another type.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SizeOfOtherTypeCodeFixProvider : KmemCodeFixProvider
{
    public SizeOfOtherTypeCodeFixProvider()
        : base(Rules.SizeOfOtherType, new UseSizeOfElement())
    {
    }
}
