using Kmem.Analyzers.CodeFixes.Context;
using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes;

/// <summary>KMEM1008: a CPU number asked for where the thread may move.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PreemptibleProcessorIdCodeFixProvider : KmemCodeFixProvider
{
    public PreemptibleProcessorIdCodeFixProvider()
        : base(Rules.PreemptibleProcessorId, new PinToCpu(), new UseRawProcessorId())
    {
    }
}
