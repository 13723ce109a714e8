using System.Collections.Concurrent;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers;

/// <summary>
/// In which context a body runs: as its own contract says, else as that of the delegate that it is converted to, here or
/// anywhere in the compilation.
/// </summary>
internal sealed class CallbackContexts
{
    private readonly AnalyzedProgram _program;
    private readonly RelevanceIndex _relevance;
    private readonly ConcurrentDictionary<IMethodSymbol, BodyContract> _found = new(SymbolEqualityComparer.Default);

    public CallbackContexts(AnalyzedProgram program, RelevanceIndex relevance)
    {
        _program = program;
        _relevance = relevance;
    }

    /// <summary>The context of a method or local function.</summary>
    public BodyContract Of(IMethodSymbol method, CancellationToken cancellation)
    {
        var own = _program.Contracts.Get(method).Body;
        return own.IsSpecified || !(_relevance.HasBodyContracts || _relevance.HasPromises) || !CanBeConverted(method)
            ? own
            : _found.GetOrAdd(method.OriginalDefinition, each => FindConversion(each, cancellation));
    }

    /// <summary>The context of a method or lambda where it is converted: its own contract, then the parameter's, then the delegate type's.</summary>
    public BodyContract OfConversion(IOperation function, IMethodSymbol method)
    {
        if (_program.Contracts.Get(method).Body is { IsSpecified: true } own)
            return own;

        var context = BodyContract.Unspecified;
        for (var operation = function.Parent; operation is not null; operation = operation.Parent)
        {
            switch (operation)
            {
                case IDelegateCreationOperation creation when !context.IsSpecified:
                    context = _program.Contracts.CallbackOf(creation.Type);
                    break;
                case IArgumentOperation { Parameter: { ContainingSymbol: IMethodSymbol callee } parameter }:
                    return _program.Contracts.Get(callee).Parameter(parameter.Ordinal).Callback is { IsSpecified: true } said ? said : context;
                case IDelegateCreationOperation or IConversionOperation or IConditionalOperation or ICoalesceOperation:
                    break;
                default:
                    return context;
            }
        }

        return context;
    }

    private static bool CanBeConverted(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction && method.Name.Length > 0;

    private BodyContract FindConversion(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (var tree in _relevance.TreesThatHandOn(method.Name))
        {
            foreach (var end in WordScanner.FindEnds(tree.GetText(cancellation), WordScanner.HashOf(method.Name)))
            {
                var token = tree.GetRoot(cancellation).FindToken(end - 1);
                if (token.ValueText == method.Name && token.Parent is SimpleNameSyntax name && IsMethodGroup(name)
                    && ContextAt(name, method, cancellation) is { IsSpecified: true } context)
                    return context;
            }
        }

        return BodyContract.Unspecified;
    }

    private BodyContract ContextAt(SimpleNameSyntax name, IMethodSymbol method, CancellationToken cancellation)
    {
        SyntaxNode expression = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        var operation = _program.Compilation.GetSemanticModel(name.SyntaxTree).GetOperation(expression, cancellation);
        return operation is IMethodReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, method)
            ? OfConversion(reference, reference.Method)
            : BodyContract.Unspecified;
    }

    private static bool IsMethodGroup(SimpleNameSyntax name)
    {
        SyntaxNode expression = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return expression.Parent is ArgumentSyntax or AssignmentExpressionSyntax or EqualsValueClauseSyntax or CastExpressionSyntax
            or ReturnStatementSyntax or ArrowExpressionClauseSyntax or ConditionalExpressionSyntax or InitializerExpressionSyntax
            or ParenthesizedExpressionSyntax or BinaryExpressionSyntax;
    }
}
