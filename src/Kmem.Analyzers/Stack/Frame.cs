using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Stack;

/// <summary>What a body keeps on the stack while it runs.</summary>
/// <param name="Bytes">All of it, as far as its size is known.</param>
/// <param name="Largest">What takes most of it.</param>
internal sealed record Frame(long Bytes, StackSlot? Largest)
{
    /// <summary>The frame of a body. Locals of an async method or iterator live in an object, not on the stack.</summary>
    public static Frame Of(MethodGraph graph)
    {
        var slots = Allocations(graph).ToList();
        if (graph.Method is not { IsAsync: true } && !graph.AllEvents().Any(step => step is YieldEvent))
            slots.AddRange(Locals(graph.Graph.Root));
        return new Frame(slots.Sum(slot => slot.Bytes), slots.OrderByDescending(slot => slot.Bytes).FirstOrDefault());
    }

    private static IEnumerable<StackSlot> Locals(ControlFlowRegion region)
    {
        foreach (var local in region.Locals)
        {
            if (local is { IsConst: false, RefKind: RefKind.None, DeclaringSyntaxReferences.IsEmpty: false } && TypeSize.Of(local.Type) is { } size)
                yield return new StackSlot(local.Name, local.Locations[0], size.Bytes);
        }

        foreach (var slot in region.NestedRegions.SelectMany(Locals))
            yield return slot;
    }

    private static IEnumerable<StackSlot> Allocations(MethodGraph graph) => graph.AllEvents()
        .OfType<UnknownEvent>()
        .Where(step => PointerSyntax.IsStackAllocation(step.Operation))
        .Select(step => StackAllocation(step.Operation))
        .OfType<StackSlot>();

    private static StackSlot? StackAllocation(IOperation allocation)
    {
        if (ElementOf(allocation.Type) is not { } element || TypeSize.Of(element) is not { } size || CountOf(allocation) is not { } count)
            return null;

        var name = allocation.Syntax.Ancestors().TakeWhile(node => node is not StatementSyntax).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Identifier;
        return new StackSlot(name?.ValueText ?? "stackalloc", name?.GetLocation() ?? allocation.Syntax.GetLocation(), size.Bytes * count)
        {
            Allocation = allocation.Syntax,
        };
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => pointer.PointedAtType,
        INamedTypeSymbol { TypeArguments.Length: 1 } span => span.TypeArguments[0],
        _ => null,
    };

    private static long? CountOf(IOperation allocation)
    {
        var initializer = allocation.Syntax switch
        {
            StackAllocArrayCreationExpressionSyntax creation => creation.Initializer,
            ImplicitStackAllocArrayCreationExpressionSyntax creation => creation.Initializer,
            _ => null,
        };
        if (initializer is not null)
            return initializer.Expressions.Count;

        return allocation.ChildOperations.FirstOrDefault()?.ConstantValue is { HasValue: true, Value: int and >= 0 and var count } ? count : null;
    }
}

/// <summary>One piece of a frame.</summary>
/// <param name="Name">The local.</param>
/// <param name="Location">Where it is declared.</param>
internal sealed record StackSlot(string Name, Location Location, long Bytes)
{
    /// <summary>The <c>stackalloc</c>; null for a local that is itself so large.</summary>
    public SyntaxNode? Allocation { get; init; }
}
