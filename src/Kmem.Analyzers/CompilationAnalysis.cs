using System;
using System.Linq;
using System.Threading;
using Kmem.Analyzers.Context;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Lifetime;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>Everything that one compilation's analysis shares, and the question that comes before all work: is there anything to see?</summary>
internal sealed class CompilationAnalysis
{
    private readonly RelevanceIndex _relevance;
    private readonly CodeBodies _bodies;
    private readonly ContextAnalysis _context;
    private readonly LifetimeAnalysis _lifetime;

    public CompilationAnalysis(Compilation compilation, FileContracts files, CancellationToken cancellation)
    {
        _relevance = new RelevanceIndex(compilation, files, cancellation);
        var program = new AnalyzedProgram(compilation, new ContractTable(files));
        _bodies = new CodeBodies(new CallbackContexts(program, _relevance), program.Graphs);
        _context = new ContextAnalysis(program, MayMatterToContext);
        _lifetime = new LifetimeAnalysis(program, MayMatterToLifetime, () => new CallInspectors(program));
    }

    /// <summary>No body of the compilation can touch a contract.</summary>
    public bool HasNothingToSee => _relevance.IsEmpty;

    /// <summary>Analyses the bodies of one declaration.</summary>
    public void Analyze(SyntaxNode declaration, ISymbol owner, SemanticModel model, Action<Diagnostic> report, CancellationToken cancellation)
    {
        try
        {
            AnalyzeBodies(declaration, owner, model, new DistinctReports(report).Add, cancellation);
        }
        catch (InsufficientExecutionStackException)
        {
            // Expressions nested deeper than the thread's stack: nothing is said of such code.
        }
    }

    private void AnalyzeBodies(SyntaxNode declaration, ISymbol owner, SemanticModel model, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var concern = _relevance.Of(declaration);
        var opensSections = (concern & Concern.Sections) != 0;
        var handlesMemory = (concern & Concern.Memory) != 0;
        if (!opensSections && !handlesMemory && !MayBeAtomic(concern))
            return;

        foreach (var body in _bodies.Of(declaration, owner, model, cancellation))
        {
            if (opensSections || body.Context.IsAtomic)
                _context.Analyze(body.Graph, body.Context, report, cancellation);
            if (handlesMemory)
                _lifetime.Analyze(body.Graph, report, cancellation);
        }
    }

    // Only a body that sleeps can break a contract that makes it atomic.
    private bool MayBeAtomic(Concern concern) =>
        _relevance.HasBodyContracts && (concern & Concern.Sleep) != 0;

    private bool MayMatterToContext(IMethodSymbol method) => _relevance.Of(method) is var concern
        && ((concern & (Concern.Sections | Concern.Sleep)) != 0 || Decides(method.ReturnType) || MayCheck(method, concern));

    // A condition that is tested twice, or flags that an allocator is given, may be computed by a method.
    private static bool Decides(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean || type.TypeKind == TypeKind.Enum;

    private bool MayMatterToLifetime(IMethodSymbol method) => _relevance.Of(method) is var concern
        && ((concern & Concern.Memory) != 0 || method.ReturnType.TypeKind == TypeKind.Enum || method.Parameters.Any(parameter => IsMemory(parameter.Type)) || MayCheck(method, concern));

    private static bool IsMemory(ITypeSymbol type) =>
        type is IPointerTypeSymbol || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    // A helper that returns only where its arguments are as they should be tells the caller of them.
    private static bool MayCheck(IMethodSymbol method, Concern concern) => method.ReturnsVoid && (concern & Concern.Ends) != 0;
}
