using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Stack;

/// <summary>Looks at each <c>stackalloc</c>: is its size limited, and is it made once? KMEM5002.</summary>
internal static class StackAllocations
{
    private static readonly int Keyword = WordScanner.HashOf("stackalloc");

    /// <summary>Whether a file has any.</summary>
    public static bool AreIn(SyntaxTree tree) => TreeIndex.Of(tree).Mentions(Keyword);

    public static void Check(SyntaxNode code, SemanticModel model, Action<Diagnostic> report, CancellationToken cancellation)
    {
        foreach (var node in code.DescendantNodesAndSelf())
        {
            if (node is not (StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax))
                continue;
            if (ReasonFor(node, model, cancellation) is { } reason && Reachability.IsReached(node, model, cancellation))
                report(Diagnostic.Create(Rules.UnboundedStackAllocation, node.GetLocation(), reason));
        }
    }

    private static LocalizableString? ReasonFor(SyntaxNode allocation, SemanticModel model, CancellationToken cancellation)
    {
        if (IsInLoop(allocation))
            return Rules.Text("Stack_InLoop");

        return SizeOf(allocation) is { } size && !IsLimited(size, model, cancellation) ? Rules.Text("Stack_NotLimited", size.ToString()) : null;
    }

    // Memory of the stack is given back when the method returns, not at the end of a round.
    private static bool IsInLoop(SyntaxNode allocation)
    {
        var inner = allocation;
        foreach (var outer in allocation.Ancestors())
        {
            switch (outer)
            {
                case WhileStatementSyntax or DoStatementSyntax:
                case CommonForEachStatementSyntax each when each.Statement == inner:
                case ForStatementSyntax loop when loop.Statement == inner || loop.Condition == inner || (inner is ExpressionSyntax step && loop.Incrementors.Contains(step)):
                    return !EndsLoop(inner);
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax:
                    return IsJumpedBackOver(allocation, outer);
            }

            inner = outer;
        }

        return false;
    }

    private static bool IsJumpedBackOver(SyntaxNode allocation, SyntaxNode body) => body.DescendantNodes().OfType<GotoStatementSyntax>().Any(jump =>
        jump.SpanStart > allocation.SpanStart && jump.Expression is IdentifierNameSyntax name
        && body.DescendantNodes().OfType<LabeledStatementSyntax>().Any(label => label.Identifier.ValueText == name.Identifier.ValueText && label.SpanStart <= allocation.SpanStart));

    // A body whose last statement leaves it is run once, unless it is begun anew before.
    private static bool EndsLoop(SyntaxNode body) =>
        body is BlockSyntax block && block.Statements.LastOrDefault() is ReturnStatementSyntax or BreakStatementSyntax or ThrowStatementSyntax
        && !block.DescendantNodes().Any(node => node is ContinueStatementSyntax);

    private static ExpressionSyntax? SizeOf(SyntaxNode allocation) =>
        allocation is StackAllocArrayCreationExpressionSyntax { Initializer: null, Type: ArrayTypeSyntax type }
            ? type.RankSpecifiers.SelectMany(rank => rank.Sizes).FirstOrDefault(size => size is not OmittedArraySizeExpressionSyntax)
            : null;

    private static bool IsLimited(ExpressionSyntax size, SemanticModel model, CancellationToken cancellation) => size switch
    {
        _ when model.GetConstantValue(size, cancellation).HasValue => true,
        ParenthesizedExpressionSyntax parenthesized => IsLimited(parenthesized.Expression, model, cancellation),
        CastExpressionSyntax cast => IsLimited(cast.Expression, model, cancellation) || IsNarrow(model.GetTypeInfo(cast, cancellation).Type),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseAndExpression } mask => IsLimited(mask.Left, model, cancellation) || IsLimited(mask.Right, model, cancellation),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.ModuloExpression } rest => IsLimited(rest.Right, model, cancellation),
        BinaryExpressionSyntax binary => IsLimited(binary.Left, model, cancellation) && IsLimited(binary.Right, model, cancellation),
        ConditionalExpressionSyntax choice => IsLimited(choice.WhenTrue, model, cancellation) && IsLimited(choice.WhenFalse, model, cancellation) || ComparedBefore.IsLimited(choice.WhenTrue),
        SizeOfExpressionSyntax => true,
        InvocationExpressionSyntax call => IsLimitedCall(call, model, cancellation) || ComparedBefore.IsLimited(call),
        _ => IsNarrow(model.GetTypeInfo(size, cancellation).Type) || ComparedBefore.IsLimited(size) || IsFixed(size, model, cancellation)
            || model.GetTypeInfo(size, cancellation).Type is null or IErrorTypeSymbol,
    };

    // Math.Min(n, 64) is 64 at most; what takes types and constants only (Unsafe.SizeOf<T>()) gives the size of something.
    private static bool IsLimitedCall(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation)
    {
        var arguments = call.ArgumentList.Arguments;
        return model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol method
            || (method.Name is "Min" or "Clamp" && arguments.Any(argument => IsLimited(argument.Expression, model, cancellation)))
            || ((method.IsStatic || arguments.Count > 0) && arguments.All(argument => argument.Expression is TypeOfExpressionSyntax || IsLimited(argument.Expression, model, cancellation)));
    }

    private static bool IsNarrow(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Byte or SpecialType.System_SByte;

    // What is set once, to a constant or by the type that has it, is no input.
    private static bool IsFixed(ExpressionSyntax size, SemanticModel model, CancellationToken cancellation) => model.GetSymbolInfo(size, cancellation).Symbol switch
    {
        IFieldSymbol { IsStatic: true, IsReadOnly: true } => true,
        IPropertySymbol { IsStatic: true, IsReadOnly: true } => true,
        ILocalSymbol local => IsNeverReassigned(local, size) && InitializerOf(local) is { } initializer && IsLimited(initializer, model, cancellation),
        _ => false,
    };

    private static ExpressionSyntax? InitializerOf(ILocalSymbol local) =>
        (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as VariableDeclaratorSyntax)?.Initializer?.Value;

    private static bool IsNeverReassigned(ILocalSymbol local, SyntaxNode use) =>
        use.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && !member.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax assignment => IsName(assignment.Left, local.Name),
            PrefixUnaryExpressionSyntax step => IsName(step.Operand, local.Name) && !step.IsKind(SyntaxKind.UnaryMinusExpression),
            PostfixUnaryExpressionSyntax step => IsName(step.Operand, local.Name),
            ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None) && IsName(argument.Expression, local.Name),
            _ => false,
        });

    private static bool IsName(ExpressionSyntax expression, string name) => expression is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name;
}
