using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1004: a section or lock that is left on some paths and not on others.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SectionLeftOpenCodeFixProvider : KmemCodeFixProvider
{
    public SectionLeftOpenCodeFixProvider()
        : base(Rules.SectionLeftOpen, new InsertLeave())
    {
    }
}
