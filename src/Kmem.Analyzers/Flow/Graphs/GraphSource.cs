using System.Collections.Concurrent;
using Kmem.Analyzers.Flow.Events;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.Graphs;

/// <summary>Finds the body of a method of this compilation and makes its graph.</summary>
internal sealed class GraphSource
{
    /// <summary>How many graphs are kept: a method is asked for by its callers and by each analysis, mostly while a few files are gone over.</summary>
    private const int MaxKept = 128;

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<IMethodSymbol, MethodGraph> _kept = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentQueue<IMethodSymbol> _order = new();
    private readonly Claims _claims = new();

    public GraphSource(Compilation compilation) => _compilation = compilation;

    /// <summary>The graph of a method's body; null where it has none here.</summary>
    public MethodGraph? Find(IMethodSymbol method, CancellationToken cancellation)
    {
        var definition = method.PartialImplementationPart ?? method;
        if (definition.ContainingSymbol is IMethodSymbol outer)
            return Find(outer, cancellation) is { } around ? FindNested(around, definition, cancellation) : null;
        if (definition.MethodKind == MethodKind.AnonymousFunction)
            return FindInInitializer(definition, cancellation);
        if (_kept.TryGetValue(definition, out var kept))
            return kept;

        // The thread that analyses a method and one that analyses its caller often come here together.
        using var claim = _claims.Take(definition);
        return _kept.TryGetValue(definition, out kept) ? kept : Create(definition, cancellation);
    }

    /// <summary>The graph of code that no method owns, or none that can be asked for: initialisers and top-level statements.</summary>
    public MethodGraph? Make(SyntaxNode code, IMethodSymbol? method, CancellationToken cancellation) =>
        _compilation.GetSemanticModel(code.SyntaxTree).GetOperation(code, cancellation) is { } body ? MethodGraph.Create(body, method, cancellation) : null;

    /// <summary>Whether a method has a body that can be read here.</summary>
    public static bool IsReadable(IMethodSymbol method) =>
        !method.IsAbstract && !method.IsExtern
        && (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences.Length > 0;

    private MethodGraph? Create(IMethodSymbol definition, CancellationToken cancellation)
    {
        foreach (var reference in definition.DeclaringSyntaxReferences)
        {
            var syntax = reference.GetSyntax(cancellation);
            if (!HasBody(syntax) || !_compilation.ContainsSyntaxTree(syntax.SyntaxTree))
                continue;
            if (Make(syntax, definition, cancellation) is { } graph)
                return Keep(definition, graph);
        }

        return null;
    }

    private MethodGraph Keep(IMethodSymbol method, MethodGraph graph)
    {
        if (!_kept.TryAdd(method, graph))
            return graph;

        _order.Enqueue(method);
        if (_order.Count > MaxKept && _order.TryDequeue(out var oldest))
            _kept.TryRemove(oldest, out _);
        return graph;
    }

    private static MethodGraph? FindNested(MethodGraph outer, IMethodSymbol function, CancellationToken cancellation)
    {
        if (function.MethodKind == MethodKind.LocalFunction)
            return outer.Nested(function, cancellation);

        var lambda = outer.AllEvents().OfType<FunctionEvent>()
            .FirstOrDefault(made => SymbolEqualityComparer.Default.Equals(made.Method, function))?.Lambda;
        return lambda is null ? null : outer.Nested(lambda, cancellation);
    }

    private MethodGraph? FindInInitializer(IMethodSymbol lambda, CancellationToken cancellation)
    {
        var initializer = lambda.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation).FirstAncestorOrSelf<EqualsValueClauseSyntax>();
        return initializer is not null && Make(initializer, null, cancellation) is { } around ? FindNested(around, lambda, cancellation) : null;
    }

    private static bool HasBody(SyntaxNode syntax) => syntax switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        ArrowExpressionClauseSyntax or CompilationUnitSyntax => true,
        TypeDeclarationSyntax { BaseList.Types: var bases } => bases.FirstOrDefault() is PrimaryConstructorBaseTypeSyntax,
        _ => false,
    };
}
