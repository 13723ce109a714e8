using System;
using System.Linq;
using System.Threading;
using Kmem.Analyzers.Flow.Events;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow.Graphs;

/// <summary>Finds the body of a method of this compilation and makes its graph.</summary>
internal sealed class GraphSource
{
    private readonly Compilation _compilation;

    // Local functions are asked for one after another, and each needs the graph of the member around it.
    private volatile MethodGraph? _lastOuter;

    public GraphSource(Compilation compilation) => _compilation = compilation;

    /// <summary>The graph of a method's body; null where it has none here.</summary>
    public MethodGraph? Find(IMethodSymbol method, CancellationToken cancellation)
    {
        var definition = method.PartialImplementationPart ?? method;
        if (definition.ContainingSymbol is IMethodSymbol outer)
            return FindOuter(outer, cancellation) is { } graph ? FindNested(graph, definition, cancellation) : null;

        foreach (var reference in definition.DeclaringSyntaxReferences)
        {
            var syntax = reference.GetSyntax(cancellation);
            if (!HasBody(syntax) || !_compilation.ContainsSyntaxTree(syntax.SyntaxTree))
                continue;
            if (_compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) is { } body)
                return MethodGraph.Create(body, definition, cancellation);
        }

        return null;
    }

    /// <summary>Whether a method has a body that can be read here.</summary>
    public static bool IsReadable(IMethodSymbol method) =>
        !method.IsAbstract && !method.IsExtern
        && (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences.Length > 0;

    private MethodGraph? FindOuter(IMethodSymbol outer, CancellationToken cancellation)
    {
        if (_lastOuter is { } last && SymbolEqualityComparer.Default.Equals(last.Method, outer))
            return last;

        return _lastOuter = Find(outer, cancellation);
    }

    private static MethodGraph? FindNested(MethodGraph outer, IMethodSymbol function, CancellationToken cancellation)
    {
        if (function.MethodKind == MethodKind.LocalFunction)
            return outer.Nested(function, cancellation);

        var lambda = outer.AllEvents().OfType<FunctionEvent>()
            .FirstOrDefault(made => SymbolEqualityComparer.Default.Equals(made.Method, function))?.Lambda;
        return lambda is null ? null : outer.Nested(lambda, cancellation);
    }

    private static bool HasBody(SyntaxNode syntax) => syntax switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        ArrowExpressionClauseSyntax => true,
        _ => false,
    };
}
