using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <summary>Calls of private members: they stand in the member's own type, and nowhere else.</summary>
internal static class PrivateCalls
{
    /// <summary>Whether a method is private, and its own type calls it.</summary>
    public static bool AreMade(IMethodSymbol method) => Of(method).Any();

    /// <summary>The methods, other than itself, in whose declarations a private method is called.</summary>
    public static IEnumerable<IMethodSymbol> CallersOf(IMethodSymbol method, Compilation compilation, CancellationToken cancellation) => Of(method)
        .Select(call => MemberAround(compilation.GetSemanticModel(call.SyntaxTree).GetEnclosingSymbol(call.SpanStart, cancellation)))
        .OfType<IMethodSymbol>()
        .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default);

    private static IEnumerable<SimpleNameSyntax> Of(IMethodSymbol method)
    {
        if (method.DeclaredAccessibility != Accessibility.Private)
            return Enumerable.Empty<SimpleNameSyntax>();

        var name = method.AssociatedSymbol?.Name ?? method.Name;
        return method.ContainingType.DeclaringSyntaxReferences
            .SelectMany(part => part.GetSyntax().DescendantNodes())
            .OfType<SimpleNameSyntax>()
            .Where(call => call.Identifier.ValueText == name && (method.AssociatedSymbol is not null || IsInvoked(call)) && !IsInside(call, method));
    }

    private static bool IsInvoked(SimpleNameSyntax name)
    {
        SyntaxNode called = name.Parent is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax ? name.Parent : name;
        return called.Parent is InvocationExpressionSyntax call && call.Expression == called;
    }

    private static bool IsInside(SyntaxNode node, IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == node.SyntaxTree && reference.Span.Contains(node.Span));

    private static ISymbol? MemberAround(ISymbol? symbol)
    {
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            symbol = symbol.ContainingSymbol;
        return symbol;
    }
}
