using System.Collections.Concurrent;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
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
        return own.IsSpecified || !(_relevance.HasBodyContracts || _relevance.HasPromises || _relevance.HasLimits) || !CanBeConverted(method)
            ? own
            : Join(own, _found.GetOrAdd(method.OriginalDefinition, each => FindConversion(each, cancellation)));
    }

    /// <summary>The context of any body. A lambda that is invoked where it stands runs as the code around it does.</summary>
    public BodyContract Of(MethodGraph graph, CancellationToken cancellation) => graph switch
    {
        { Lambda: { } lambda } when IsInvokedInPlace(lambda) => Join(OfConversion(lambda, lambda.Symbol), Of(graph.Outer!, cancellation)),
        { Lambda: { } lambda } => OfConversion(lambda, lambda.Symbol),
        { Method: { } method } => Of(method, cancellation),
        _ => BodyContract.Unspecified,
    };

    /// <summary>The context of a method or lambda where it is converted: its own contract, then the parameter's, then the delegate type's.</summary>
    public BodyContract OfConversion(IOperation function, IMethodSymbol method)
    {
        var context = _program.Contracts.Get(method).Body;
        if (context.IsSpecified)
            return context;

        var (delegates, argument) = ConversionOf(function);
        if (argument is not null)
            context = Join(context, ContractOf(argument).Callback);
        return delegates.Aggregate(context, (joined, type) => Join(joined, _program.Contracts.CallbackOf(type)));
    }

    // What the nearer one leaves open, the other may say.
    private static BodyContract Join(BodyContract nearer, BodyContract other) => !other.SaysAnything
        ? nearer
        : (nearer.IsSpecified ? nearer : other) with { NoIo = nearer.NoIo || other.NoIo, NoFs = nearer.NoFs || other.NoFs };

    // The delegate types that a function is converted to, and the parameter that takes it.
    private static (List<ITypeSymbol?> Delegates, IParameterSymbol? Argument) ConversionOf(IOperation function)
    {
        var delegates = new List<ITypeSymbol?>();
        for (var operation = function.Parent; operation is not null; operation = operation.Parent)
        {
            switch (operation)
            {
                case IDelegateCreationOperation creation:
                    delegates.Add(creation.Type);
                    break;
                case IConversionOperation or IConditionalOperation or ICoalesceOperation:
                    break;
                case IArgumentOperation argument:
                    return (delegates, argument.Parameter);
                default:
                    return (delegates, null);
            }
        }

        return (delegates, null);
    }

    private ParameterContract ContractOf(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol callee ? _program.Contracts.Get(callee).Parameter(parameter.Ordinal) : ParameterContract.Empty;

    private bool IsInvokedInPlace(IOperation lambda) => ConversionOf(lambda).Argument is { } argument && ContractOf(argument).IsInvokedInPlace;

    private static bool CanBeConverted(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction && method.Name.Length > 0;

    private BodyContract FindConversion(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (var tree in _relevance.TreesThatHandOn(method))
        {
            foreach (var end in WordScanner.FindEnds(tree.GetText(cancellation), WordScanner.HashOf(method.Name)))
            {
                var token = tree.GetRoot(cancellation).FindToken(end - 1);
                if (token.ValueText == method.Name && token.Parent is SimpleNameSyntax name && IsMethodGroup(name)
                    && ContextAt(name, method, cancellation) is { SaysAnything: true } context)
                    return context;
            }
        }

        return BodyContract.Unspecified;
    }

    private BodyContract ContextAt(SimpleNameSyntax name, IMethodSymbol method, CancellationToken cancellation)
    {
        ExpressionSyntax expression = QualifiedName.Of(name);
        var operation = _program.Compilation.GetSemanticModel(name.SyntaxTree).GetOperation(expression, cancellation);
        return operation is IMethodReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, method)
            ? OfConversion(reference, reference.Method)
            : BodyContract.Unspecified;
    }

    private static bool IsMethodGroup(SimpleNameSyntax name)
    {
        ExpressionSyntax expression = QualifiedName.Of(name);
        return expression.Parent is ArgumentSyntax or AssignmentExpressionSyntax or EqualsValueClauseSyntax or CastExpressionSyntax
            or ReturnStatementSyntax or ArrowExpressionClauseSyntax or ConditionalExpressionSyntax or InitializerExpressionSyntax
            or ParenthesizedExpressionSyntax or BinaryExpressionSyntax;
    }
}
