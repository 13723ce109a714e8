using System.Collections.Concurrent;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// Which calls really may throw in a program that is right: code that says <c>throw</c> for reasons other than a wrong argument, code that
/// nobody can look into, and what waits for the world outside.
/// </summary>
internal sealed class ThrowingCalls
{
    private const int MaxDepth = 8;

    private readonly AnalyzedProgram _program;
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _bodies = new(SymbolEqualityComparer.Default);

    public ThrowingCalls(AnalyzedProgram program) => _program = program;

    public bool MayThrow(CallSite site) =>
        !site.Call.Node.IsToken && !site.Call.Operation.IsImplicit && site.Method is { } method
        && (Judge(ContractTable.DefinitionOf(method)) ?? _bodies.GetOrAdd(ContractTable.DefinitionOf(method), AnyBodyThrows));

    // What the declaration alone says; null: the body has to be looked at.
    private bool? Judge(IMethodSymbol definition)
    {
        if (definition.MethodKind == MethodKind.DelegateInvoke)
            return !definition.ContainingType.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "UnmanagedFunctionPointerAttribute");
        if (definition.MethodKind is not (MethodKind.Ordinary or MethodKind.Constructor or MethodKind.LocalFunction or MethodKind.AnonymousFunction or MethodKind.ExplicitInterfaceImplementation)
            || IsNative(definition) || PromisesNotTo(definition))
            return false;

        var contract = _program.Contracts.Get(definition);
        if (definition.DeclaringSyntaxReferences.IsEmpty)
            return MayThrowOutside(definition, contract);
        if (!contract.IsEmpty && !contract.DoesNotReturn)
            return false;

        return definition.IsAbstract ? true : null;
    }

    // By convention these answer instead of throwing, or are what others call in a hurry.
    private static bool PromisesNotTo(IMethodSymbol method) =>
        method.Name.StartsWith("Try", StringComparison.Ordinal) || method.Name == nameof(IDisposable.Dispose) || method.IsAsync;

    private static bool IsNative(IMethodSymbol method) =>
        method.IsExtern || method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "LibraryImportAttribute" or "DllImportAttribute");

    // The platform's methods mostly throw for wrong arguments alone: what waits for the outside, or reads what came from there, does so for other reasons.
    private static bool MayThrowOutside(IMethodSymbol method, MethodContract contract)
    {
        if (KnowsVocabulary(method.ContainingAssembly))
            return false;
        if (contract.Sleep == SleepContract.Might)
            return !WaitsForThreads(method) && (!method.IsStatic || !method.ReturnsVoid);
        if (!contract.IsEmpty)
            return false;
        if (IsPlatform(method.ContainingAssembly))
            return Parses(method) || ChecksStatus(method);

        return method.MethodKind != MethodKind.Constructor || !method.Parameters.IsEmpty;
    }

    // Locks and threads are no outside: only who cancels a wait makes it throw.
    private static bool WaitsForThreads(IMethodSymbol method) =>
        method.ContainingNamespace is { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
        && !method.Parameters.Any(parameter => parameter.Type.Name == nameof(CancellationToken));

    private static bool Parses(IMethodSymbol method) => method is { IsStatic: true, Name: "Parse" }
        && SymbolEqualityComparer.Default.Equals(method.ReturnType, method.ContainingType);

    private static bool ChecksStatus(IMethodSymbol method) =>
        method is { IsStatic: true, ReturnsVoid: true } && method.Name.StartsWith("Throw", StringComparison.Ordinal) && !IsOfWrongUse(method.ContainingType);

    // Code in the kernel's manner returns its errors.
    private static bool KnowsVocabulary(IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == "Kmem.Annotations"));

    private static bool IsPlatform(IAssemblySymbol assembly) => assembly.Name is "mscorlib" or "netstandard" || IsIn(assembly, "System") || IsIn(assembly, "Microsoft");

    private static bool IsIn(IAssemblySymbol assembly, string root) => assembly.Name == root || assembly.Name.StartsWith(root + ".", StringComparison.Ordinal);

    // Level by level from the method that is asked for: the answer does not depend on who asked for what before.
    private bool AnyBodyThrows(IMethodSymbol method)
    {
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { method };
        var level = new List<IMethodSymbol> { method };
        for (var depth = 0; depth <= MaxDepth && level.Count > 0; depth++)
        {
            var next = new List<IMethodSymbol>();
            foreach (var graph in level.Select(each => _program.Graphs.Find(each, CancellationToken.None)).OfType<MethodGraph>())
            {
                if (Throws(graph, seen, next))
                    return true;
            }

            level = next;
        }

        return false;
    }

    /// <param name="seen">Bodies that are looked at already.</param>
    /// <param name="bodies">Takes the bodies that have to be looked at too.</param>
    private bool Throws(MethodGraph graph, HashSet<IMethodSymbol> seen, List<IMethodSymbol> bodies)
    {
        if (graph.AllEvents().Any(step => step is YieldEvent))
            return false;

        foreach (var block in graph.Graph.Blocks.Where(block => block.IsReachable && !IsCaught(block)))
        {
            if (Throws(block))
                return true;

            foreach (var callee in graph.EventsOf(block).Events.Select(Callee).OfType<IMethodSymbol>())
            {
                var known = Judge(callee);
                if (known == true)
                    return true;
                if (known is null && seen.Add(callee))
                    bodies.Add(callee);
            }
        }

        return false;
    }

    private static IMethodSymbol? Callee(FlowEvent step) =>
        step is CallEvent { Method: { } callee, Node.IsToken: false, Operation.IsImplicit: false } ? ContractTable.DefinitionOf(callee) : null;

    private static bool Throws(BasicBlock block) =>
        block is { BranchValue: { } thrown, FallThroughSuccessor.Semantics: ControlFlowBranchSemantics.Throw } && !IsOfWrongUse(TypeOf(thrown));

    private static ITypeSymbol? TypeOf(IOperation thrown) => thrown is IConversionOperation conversion ? TypeOf(conversion.Operand) : thrown.Type;

    // Who calls rightly never sees these.
    private static bool IsOfWrongUse(ITypeSymbol? exception)
    {
        for (var type = exception; type is not null; type = type.BaseType)
        {
            if (type is { Name: "ArgumentException" or "ObjectDisposedException" or "NotImplementedException" or "NotSupportedException", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    private static bool IsCaught(BasicBlock block)
    {
        for (var region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion.Kind: ControlFlowRegionKind.TryAndCatch })
                return true;
        }

        return false;
    }
}
