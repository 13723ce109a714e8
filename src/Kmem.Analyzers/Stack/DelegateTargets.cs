using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Stack;

/// <summary>What a delegate runs that is set once, to a method or lambda: a local, or a private or read-only field.</summary>
internal sealed class DelegateTargets
{
    private readonly Compilation _compilation;

    public DelegateTargets(Compilation compilation) => _compilation = compilation;

    /// <summary>The method behind a call of a delegate; null where it is not known.</summary>
    public IMethodSymbol? Find(CallEvent call, MethodGraph graph, CancellationToken cancellation) =>
        call.Operation is IInvocationOperation { Instance: { } instance } ? Find(instance, graph, cancellation) : null;

    private IMethodSymbol? Find(IOperation instance, MethodGraph graph, CancellationToken cancellation) => instance switch
    {
        IFlowCaptureReferenceOperation reference when CapturedBy(reference, graph) is { } captured => Find(captured, graph, cancellation),
        ILocalReferenceOperation { Local: { RefKind: RefKind.None } local } => FindInLocal(local, cancellation),
        IFieldReferenceOperation { Field: { } field } => FindInField(field, cancellation),
        _ => null,
    };

    // `work?.Invoke()` looks at the delegate first.
    private static IOperation? CapturedBy(IFlowCaptureReferenceOperation reference, MethodGraph graph)
    {
        var captures = graph.Graph.Blocks.SelectMany(block => block.Operations).OfType<IFlowCaptureOperation>().Where(capture => capture.Id.Equals(reference.Id)).ToList();
        return captures.Count == 1 && captures[0].Value is ILocalReferenceOperation or IFieldReferenceOperation ? captures[0].Value : null;
    }

    private IMethodSymbol? FindInLocal(ILocalSymbol local, CancellationToken cancellation)
    {
        if (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
            return null;

        var scope = declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return scope is not null && !IsSetIn(scope, local.Name) ? TargetOf(value, cancellation) : null;
    }

    private IMethodSymbol? FindInField(IFieldSymbol field, CancellationToken cancellation)
    {
        var isOwn = field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private;
        if (!isOwn || field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } value })
            return null;

        // A nested type may set a private field as well.
        var isSet = field.ContainingType.DeclaringSyntaxReferences.Any(part => IsSetIn(part.GetSyntax(cancellation), field.Name));
        return isSet ? null : TargetOf(value, cancellation);
    }

    private static bool IsSetIn(SyntaxNode scope, string name) =>
        TreeIndex.Of(scope.SyntaxTree).Mentions(WordScanner.HashOf(name)) && scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(identifier => identifier.Identifier.ValueText == name && IsSet(QualifiedName.Of(identifier)));

    private static bool IsSet(ExpressionSyntax place) => place.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == place,
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None) || argument.Parent is TupleExpressionSyntax,
        RefExpressionSyntax => true,
        PrefixUnaryExpressionSyntax address => address.IsKind(SyntaxKind.AddressOfExpression),
        _ => false,
    };

    private IMethodSymbol? TargetOf(ExpressionSyntax value, CancellationToken cancellation)
    {
        var function = FunctionIn(value);
        return function is AnonymousFunctionExpressionSyntax or SimpleNameSyntax or MemberAccessExpressionSyntax
            && _compilation.GetSemanticModel(function.SyntaxTree).GetSymbolInfo(function, cancellation).Symbol is IMethodSymbol { IsVirtual: false, IsAbstract: false, IsOverride: false } method
                ? method
                : null;
    }

    private static ExpressionSyntax FunctionIn(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax inner => FunctionIn(inner.Expression),
        CastExpressionSyntax cast => FunctionIn(cast.Expression),
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } => FunctionIn(arguments[0].Expression),
        _ => value,
    };
}
