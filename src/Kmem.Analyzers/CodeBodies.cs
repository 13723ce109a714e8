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

    public IEnumerable<CodeBody> Of(SyntaxNode declaration, ISymbol owner, SemanticModel model, CancellationToken cancellation)
    {
        var method = owner as IMethodSymbol;
        foreach (var syntax in Executable(declaration, owner))
        {
            if (GraphOf(syntax, method, model, cancellation) is not { } graph)
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

    // A method may have been asked for by a caller already; initialisers and top-level statements belong to nobody else.
    private MethodGraph? GraphOf(SyntaxNode syntax, IMethodSymbol? method, SemanticModel model, CancellationToken cancellation)
    {
        if (method is not null && _graphs.Find(method, cancellation) is { } kept)
            return kept;

        return model.GetOperation(syntax, cancellation) is { } operation ? MethodGraph.Create(operation, method, cancellation) : null;
    }

    // Accessors come by themselves, arrows too; of several fields in one declaration each comes with the whole of it.
    private static IEnumerable<SyntaxNode> Executable(SyntaxNode declaration, ISymbol owner)
    {
        switch (declaration)
        {
            case PropertyDeclarationSyntax { Initializer: { } initializer }:
                yield return initializer;
                break;
            case BaseFieldDeclarationSyntax fields:
                if (fields.Declaration.Variables.FirstOrDefault(each => each.Identifier.ValueText == owner.Name) is { Initializer: { } value })
                    yield return value;
                break;
            case BasePropertyDeclarationSyntax:
                break;
            default:
                yield return declaration;
                break;
        }
    }

    /// <summary>The code of a declaration as it is written, parameters' defaults among it, each piece in one declaration only.</summary>
    public static IEnumerable<SyntaxNode> Written(SyntaxNode declaration, ISymbol owner) => declaration switch
    {
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>(),
        TypeDeclarationSyntax type => new SyntaxNode?[] { type.ParameterList, type.BaseList }.OfType<SyntaxNode>(),
        _ => Executable(declaration, owner),
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
