using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Whether something in front of an expression may have limited how large it is: any comparison of what it is made of, or of what
/// its variables are copies of.
/// </summary>
internal static class ComparedBefore
{
    /// <param name="use">Where the expression's value is used, if that is behind it.</param>
    public static bool IsLimited(SyntaxNode expression, SyntaxNode? use = null)
    {
        var names = NamesIn(expression).ToList();
        var member = expression.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        if (member is null || names.Count == 0)
            return false;

        var end = use is not null && member.Span.Contains(use.Span) ? Math.Max(use.SpanStart, expression.SpanStart) : expression.SpanStart;
        var before = member.DescendantNodes().TakeWhile(node => node.SpanStart < end).ToList();
        names.AddRange(before.Select(CopiedTo).Where(copy => copy.Value is not null && names.Contains(copy.Name)).SelectMany(copy => NamesIn(copy.Value!)).ToList());
        return before.Exists(node =>
            (Limited(node) is { } limited && names.Exists(name => Mentions(limited, name))) || (CutVariable(node) is { } variable && names.Contains(variable)));
    }

    /// <summary>
    /// The variables that one is a copy of in front of where it stands, by name: itself, where it is a parameter that the method leaves as it
    /// is; none where it is computed from something else, or the code does not tell.
    /// </summary>
    public static IReadOnlyList<IdentifierNameSyntax> OriginalsOf(SyntaxNode variable)
    {
        if (variable is not IdentifierNameSyntax { Identifier.ValueText: var name } self || variable.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
            return Array.Empty<IdentifierNameSyntax>();

        var values = member.DescendantNodes().TakeWhile(node => node.SpanStart < variable.Parent!.SpanStart).Select(node => ValueGivenTo(name, node)).OfType<ExpressionSyntax>().ToList();
        var isParameter = member is BaseMethodDeclarationSyntax { ParameterList.Parameters: var parameters } && parameters.Any(parameter => parameter.Identifier.ValueText == name);
        if (values.Count == 0 && isParameter)
            return new[] { self };

        return values.TrueForAll(IsCopy) ? values.SelectMany(value => value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()).ToList() : Array.Empty<IdentifierNameSyntax>();
    }

    private static ExpressionSyntax? ValueGivenTo(string name, SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Initializer.Value: var value } variable when variable.Identifier.ValueText == name => value,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax variable, Right: var value } when variable.Identifier.ValueText == name => value,
        _ => null,
    };

    private static IEnumerable<string> NamesIn(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText);

    // `nuint n = (nuint)count` is as large as the count; `n < 10 ? n : 10` is one of these.
    private static (string Name, ExpressionSyntax? Value) CopiedTo(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Initializer.Value: var value } variable when IsCopy(value) => (variable.Identifier.ValueText, value),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax variable, Right: var value } when IsCopy(value) =>
            (variable.Identifier.ValueText, value),
        _ => default,
    };

    private static bool IsCopy(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax => true,
        CastExpressionSyntax cast => IsCopy(cast.Expression),
        ParenthesizedExpressionSyntax inner => IsCopy(inner.Expression),
        ConditionalExpressionSyntax choice => IsCopyOrNumber(choice.WhenTrue) && IsCopyOrNumber(choice.WhenFalse),
        SwitchExpressionSyntax choice => choice.Arms.All(arm => IsCopyOrNumber(arm.Expression)),
        _ => false,
    };

    private static bool IsCopyOrNumber(ExpressionSyntax value) => value is LiteralExpressionSyntax || IsCopy(value);

    // To be above zero says nothing.
    private static SyntaxNode? Limited(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax comparison when (IsOrder(comparison) || IsDivided(comparison)) && !IsNearZero(comparison.Left) && !IsNearZero(comparison.Right) => comparison,
        IsPatternExpressionSyntax { Pattern: not ConstantPatternSyntax } pattern => pattern.Expression,
        SwitchStatementSyntax choice => choice.Expression,
        SwitchExpressionSyntax choice => choice.GoverningExpression,
        AssignmentExpressionSyntax assignment when IsCut(assignment.Right) || IsMask(assignment) => assignment.Left,
        InvocationExpressionSyntax { Parent: IfStatementSyntax or PrefixUnaryExpressionSyntax or BinaryExpressionSyntax } question => question.ArgumentList,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } guard
            when name.StartsWith("ThrowIfGreater", StringComparison.Ordinal) => guard.ArgumentList,
        _ => null,
    };

    private static string? CutVariable(SyntaxNode node) =>
        node is VariableDeclaratorSyntax { Initializer.Value: var value } variable && IsCut(value) ? variable.Identifier.ValueText : null;

    // `Math.Min(n, 64)`, `n & 0xff` and `n % 16` are as large as that at most.
    private static bool IsCut(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Min" or "Clamp" } } => true,
        BinaryExpressionSyntax binary => binary.Kind() is SyntaxKind.BitwiseAndExpression or SyntaxKind.ModuloExpression,
        ParenthesizedExpressionSyntax inner => IsCut(inner.Expression),
        CastExpressionSyntax cast => IsCut(cast.Expression),
        _ => false,
    };

    private static bool IsMask(AssignmentExpressionSyntax assignment) =>
        assignment.Kind() is SyntaxKind.AndAssignmentExpression or SyntaxKind.ModuloAssignmentExpression;

    private static bool IsOrder(BinaryExpressionSyntax comparison) => comparison.Kind() is SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;

    // `bytes / size != count` says that the product has not overflown.
    private static bool IsDivided(BinaryExpressionSyntax comparison) =>
        comparison.Kind() is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression
        && (comparison.Left is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } || comparison.Right is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression });

    private static bool IsNearZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 or 1 or 0u or 1u };

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);
}
