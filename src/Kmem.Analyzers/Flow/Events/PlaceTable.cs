using System.Runtime.CompilerServices;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>
/// The places that a graph names: its variables, and its flow captures. Most captures carry a value; one that is assigned to
/// later, or passed by reference, carries an address.
/// </summary>
internal sealed class PlaceTable
{
    private readonly HashSet<int> _addresses = new();
    private readonly Dictionary<CaptureId, int> _ids = new();
    private readonly Dictionary<ISymbol, VariableAddress> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, List<IOperation>> _captured = new();
    private readonly bool _isConstruction;

    public PlaceTable(ControlFlowGraph graph)
    {
        _isConstruction = IsConstruction(graph);
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
                Scan(operation);
            if (block.BranchValue is { } branchValue)
                Scan(branchValue);
        }
    }

    /// <summary>A number for a capture, the same in every graph that is built of the same code.</summary>
    public int IdOf(CaptureId id)
    {
        if (!_ids.TryGetValue(id, out var number))
            _ids.Add(id, number = _ids.Count);
        return number;
    }

    /// <summary>The address of a local or parameter: one object, however often the code names it.</summary>
    public VariableAddress AddressOf(ISymbol variable) => _variables.TryGetValue(variable, out var address) ? address : new VariableAddress(variable);

    /// <summary>Whether the object keeps a parameter of its primary constructor, as a field, for the member that is read here.</summary>
    public bool IsKept(IParameterSymbol parameter) => !_isConstruction && parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor };

    public bool HoldsAddress(int id) => _addresses.Contains(id);

    /// <summary>All that a capture may stand for.</summary>
    public IReadOnlyList<IOperation> CapturedBy(CaptureId id) => _captured.TryGetValue(id, out var values) ? values : (IReadOnlyList<IOperation>)Array.Empty<IOperation>();

    private static bool IsConstruction(ControlFlowGraph graph)
    {
        while (graph.Parent is { } outer)
            graph = outer;
        return graph.OriginalOperation is IConstructorBodyOperation or ISymbolInitializerOperation;
    }

    private void Scan(IOperation operation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (AssignedPlace(operation) is IFlowCaptureReferenceOperation reference)
            _addresses.Add(IdOf(reference.Id));
        else if (operation is IFlowCaptureOperation capture)
            Record(capture);
        else if (operation is IFlowCaptureReferenceOperation used)
            IdOf(used.Id);

        if (NamedVariable(operation) is { } variable && !_variables.ContainsKey(variable))
            _variables.Add(variable, new VariableAddress(variable));

        foreach (var child in operation.ChildOperations)
            Scan(child);
    }

    private void Record(IFlowCaptureOperation capture)
    {
        IdOf(capture.Id);
        if (!_captured.TryGetValue(capture.Id, out var values))
            _captured.Add(capture.Id, values = new List<IOperation>(1));
        values.Add(capture.Value);
    }

    private static ISymbol? NamedVariable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private static IOperation? AssignedPlace(IOperation operation) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target,
        IIncrementOrDecrementOperation step => step.Target,
        IAddressOfOperation addressOf => addressOf.Reference,
        IArgumentOperation { Parameter.RefKind: not RefKind.None } argument => argument.Value,
        _ => null,
    };
}
