using System.Collections.Generic;
using System.Threading;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers;

/// <summary>A body to be analysed, and the context it runs in.</summary>
internal readonly record struct CodeBody(MethodGraph Graph, BodyContract Context);

/// <summary>Finds every body in a member's declaration: its own, its initialisers, and those of the lambdas and local functions inside.</summary>
internal static class CodeBodies
{
    public static IEnumerable<CodeBody> Of(
        SyntaxNode declaration, ISymbol owner, SemanticModel model, ContractTable contracts, CancellationToken cancellation)
    {
        var method = owner as IMethodSymbol ?? (owner as IPropertySymbol)?.GetMethod;
        var context = method is null ? BodyContract.Unspecified : contracts.Get(method).Body;
        foreach (var syntax in Executable(declaration))
        {
            if (model.GetOperation(syntax, cancellation) is not { } operation || MethodGraph.Create(operation, method, cancellation) is not { } graph)
                continue;

            yield return new CodeBody(graph, context);
            foreach (var nested in Nested(graph, contracts, cancellation))
                yield return nested;
        }
    }

    private static IEnumerable<SyntaxNode> Executable(SyntaxNode declaration)
    {
        switch (declaration)
        {
            case BasePropertyDeclarationSyntax property:
                if (property is PropertyDeclarationSyntax { ExpressionBody: { } body })
                    yield return body;
                if (property is IndexerDeclarationSyntax { ExpressionBody: { } indexerBody })
                    yield return indexerBody;
                if (property is PropertyDeclarationSyntax { Initializer: { } initializer })
                    yield return initializer;
                break;
            case VariableDeclaratorSyntax { Initializer: { } value }:
                yield return value;
                break;
            default:
                yield return declaration;
                break;
        }
    }

    private static IEnumerable<CodeBody> Nested(MethodGraph graph, ContractTable contracts, CancellationToken cancellation)
    {
        foreach (var function in graph.Graph.LocalFunctions)
        {
            if (graph.Nested(function, cancellation) is not { } nested)
                continue;

            yield return new CodeBody(nested, contracts.Get(function).Body);
            foreach (var inner in Nested(nested, contracts, cancellation))
                yield return inner;
        }

        foreach (var step in graph.AllEvents())
        {
            if (step is not FunctionEvent { Lambda: { } lambda })
                continue;

            var nested = graph.Nested(lambda, cancellation);
            yield return new CodeBody(nested, Callbacks.ContextOf(lambda, lambda.Symbol, contracts));
            foreach (var inner in Nested(nested, contracts, cancellation))
                yield return inner;
        }
    }
}

/// <summary>In which context a method runs once it is converted to a delegate.</summary>
internal static class Callbacks
{
    /// <summary>The method's own contract counts first, then that of the parameter it is passed to, then that of the delegate type.</summary>
    public static BodyContract ContextOf(IOperation function, IMethodSymbol method, ContractTable contracts)
    {
        if (contracts.Get(method).Body is { IsSpecified: true } own)
            return own;

        var context = BodyContract.Unspecified;
        for (var operation = function.Parent; operation is not null; operation = operation.Parent)
        {
            switch (operation)
            {
                case IDelegateCreationOperation creation when !context.IsSpecified:
                    context = contracts.CallbackOf(creation.Type);
                    break;
                case IArgumentOperation { Parameter: { } parameter } when parameter.ContainingSymbol is IMethodSymbol callee:
                    return contracts.Get(callee).Parameter(parameter.Ordinal).Callback is { IsSpecified: true } said ? said : context;
                case IDelegateCreationOperation or IConversionOperation or IConditionalOperation or ICoalesceOperation:
                    break;
                default:
                    return context;
            }
        }

        return context;
    }
}
