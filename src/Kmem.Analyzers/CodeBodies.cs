using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers;

/// <summary>A body to be analysed, and the context it runs in.</summary>
internal readonly record struct CodeBody(MethodGraph Graph, BodyContract Context);

/// <summary>Finds every body in a member's declaration: its own, its initialisers, and those of the lambdas and local functions inside.</summary>
internal sealed class CodeBodies
{
    private readonly CallbackContexts _callbacks;
    private readonly GraphSource _graphs;

    public CodeBodies(CallbackContexts callbacks, GraphSource graphs)
    {
        _callbacks = callbacks;
        _graphs = graphs;
    }

    /// <summary>Whether a declaration may hold code; most fields and properties have none of their own.</summary>
    public static bool MayBeIn(SyntaxNode declaration) =>
        declaration is not (VariableDeclaratorSyntax { Initializer: null } or PropertyDeclarationSyntax { Initializer: null } or IndexerDeclarationSyntax or EventDeclarationSyntax);

    public IEnumerable<CodeBody> Of(SyntaxNode declaration, ISymbol owner, CancellationToken cancellation)
    {
        // The part of a partial method that has the body comes by itself.
        var method = owner as IMethodSymbol;
        if (method is { PartialImplementationPart: not null })
            yield break;

        foreach (var syntax in Executable(declaration))
        {
            if (GraphOf(syntax, method, cancellation) is not { } graph)
                continue;

            yield return new CodeBody(graph, method is null ? BodyContract.Unspecified : _callbacks.Of(method, cancellation));
            foreach (var nested in Nested(graph, cancellation))
                yield return nested;
        }
    }

    /// <summary>The bodies of a method, wherever it is declared.</summary>
    public IEnumerable<CodeBody> Of(IMethodSymbol method, CancellationToken cancellation) => _graphs.Find(method, cancellation) is { } graph
        ? Nested(graph, cancellation).Prepend(new CodeBody(graph, _callbacks.Of(method, cancellation)))
        : Enumerable.Empty<CodeBody>();

    // Initialisers and top-level statements belong to no method that could be asked for.
    private MethodGraph? GraphOf(SyntaxNode syntax, IMethodSymbol? method, CancellationToken cancellation) =>
        (method is null ? null : _graphs.Find(method, cancellation)) ?? _graphs.Make(syntax, method, cancellation);

    // Accessors come by themselves, and arrows too.
    private static IEnumerable<SyntaxNode> Executable(SyntaxNode declaration)
    {
        switch (declaration)
        {
            case PropertyDeclarationSyntax { Initializer: { } initializer }:
                yield return initializer;
                break;
            case VariableDeclaratorSyntax { Initializer: { } value }:
                yield return value;
                break;
            case BasePropertyDeclarationSyntax or VariableDeclaratorSyntax:
                break;
            default:
                yield return declaration;
                break;
        }
    }

    /// <summary>The code of a declaration as it is written, parameters' defaults among it, each piece in one declaration only.</summary>
    public static IEnumerable<SyntaxNode> Written(SyntaxNode declaration) => declaration switch
    {
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>(),
        TypeDeclarationSyntax type => new SyntaxNode?[] { type.ParameterList, type.BaseList }.OfType<SyntaxNode>(),
        _ => Executable(declaration),
    };

    private IEnumerable<CodeBody> Nested(MethodGraph graph, CancellationToken cancellation)
    {
        foreach (var function in graph.Graph.LocalFunctions)
        {
            if (graph.Nested(function, cancellation) is not { } nested)
                continue;

            yield return new CodeBody(nested, _callbacks.Of(function, cancellation));
            foreach (var inner in Nested(nested, cancellation))
                yield return inner;
        }

        foreach (var step in graph.AllEvents())
        {
            if (step is not FunctionEvent { Lambda: { } lambda })
                continue;

            var nested = graph.Nested(lambda, cancellation);
            yield return new CodeBody(nested, _callbacks.OfConversion(lambda, lambda.Symbol));
            foreach (var inner in Nested(nested, cancellation))
                yield return inner;
        }
    }
}
