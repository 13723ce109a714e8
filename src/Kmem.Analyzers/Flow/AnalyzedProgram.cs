using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What every analysis of one compilation asks: contracts, bodies, and fields that hold constants.</summary>
internal sealed class AnalyzedProgram
{
    public AnalyzedProgram(Compilation compilation, ContractTable contracts)
    {
        Compilation = compilation;
        Contracts = contracts;
        Graphs = new GraphSource(compilation);
        Constants = new ConstantFields(compilation);
    }

    public Compilation Compilation { get; }

    public ContractTable Contracts { get; }

    public GraphSource Graphs { get; }

    public ConstantFields Constants { get; }

    public GivenUpBodies GivenUp { get; } = new();
}
