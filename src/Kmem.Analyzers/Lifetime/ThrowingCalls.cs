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
        !site.Call.Node.IsToken && !site.Call.Operation.IsImplicit && site.Method is { } method && MayThrow(method, depth: 0);

    private bool MayThrow(IMethodSymbol method, int depth)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
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

        return definition.IsAbstract || BodyThrows(definition, depth);
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
            return !method.IsStatic || !method.ReturnsVoid;
        if (!contract.IsEmpty)
            return false;
        if (IsPlatform(method.ContainingAssembly))
            return Parses(method) || ChecksStatus(method);

        return method.MethodKind != MethodKind.Constructor || !method.Parameters.IsEmpty;
    }

    private static bool Parses(IMethodSymbol method) => method is { IsStatic: true, Name: "Parse" }
        && SymbolEqualityComparer.Default.Equals(method.ReturnType, method.ContainingType);

    private static bool ChecksStatus(IMethodSymbol method) =>
        method is { IsStatic: true, ReturnsVoid: true } && method.Name.StartsWith("Throw", StringComparison.Ordinal) && !IsOfWrongUse(method.ContainingType);

    // Code in the kernel's manner returns its errors.
    private static bool KnowsVocabulary(IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == "Kmem.Annotations"));

    private static bool IsPlatform(IAssemblySymbol assembly) => assembly.Name is "mscorlib" or "netstandard" || IsIn(assembly, "System") || IsIn(assembly, "Microsoft");

    private static bool IsIn(IAssemblySymbol assembly, string root) => assembly.Name == root || assembly.Name.StartsWith(root + ".", StringComparison.Ordinal);

    // Recursion is taken to be as good as the rest of the methods in it.
    private bool BodyThrows(IMethodSymbol method, int depth)
    {
        if (depth > MaxDepth)
            return false;
        if (_bodies.TryGetValue(method, out var known))
            return known;

        _bodies[method] = false;
        return _bodies[method] = _program.Graphs.Find(method, CancellationToken.None) is { } graph && Throws(graph, depth);
    }

    private bool Throws(MethodGraph graph, int depth)
    {
        if (graph.AllEvents().Any(step => step is YieldEvent))
            return false;

        return graph.Graph.Blocks.Any(block => block.IsReachable && !IsCaught(block)
            && (Throws(block) || graph.EventsOf(block).Events.Any(step => step is CallEvent { Method: { } callee, Node.IsToken: false, Operation.IsImplicit: false } && MayThrow(callee, depth + 1))));
    }

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
