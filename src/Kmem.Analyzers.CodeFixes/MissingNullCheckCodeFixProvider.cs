using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM2001: memory that may be null is used unchecked.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class MissingNullCheckCodeFixProvider : KmemCodeFixProvider
{
    public MissingNullCheckCodeFixProvider()
        : base(Rules.MissingNullCheck, new CheckResult())
    {
    }
}
