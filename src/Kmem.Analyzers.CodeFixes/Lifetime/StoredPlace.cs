using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The type of the place that an allocation's statement leaves the memory in.</summary>
internal static class StoredPlace
{
    /// <summary>Null where the holder is not what the statement stores the allocation's result into.</summary>
    public static ITypeSymbol? Of(InvocationExpressionSyntax call, string holder, SemanticModel model)
    {
        var wanted = Values.Text(SyntaxFactory.ParseExpression(holder));
        var output = call.ArgumentList.Arguments.FirstOrDefault(argument =>
            argument.RefKindKeyword.Kind() is SyntaxKind.OutKeyword or SyntaxKind.RefKeyword && Name(argument.Expression) == wanted);
        if (output is not null)
            return model.GetTypeInfo(output.Expression).Type;

        return Values.Target(Whole(call)) is { } target && Name(target) == wanted ? TypeOf(target, model) : null;
    }

    // In c ? a() : b() either call gives the value; in c ? a() : null a null is no failure.
    private static ExpressionSyntax Whole(InvocationExpressionSyntax call)
    {
        var value = Values.Dressed(call);
        return value.Parent is ConditionalExpressionSyntax choice && choice.Condition != value
            && !NullTest.IsNothing(choice.WhenTrue) && !NullTest.IsNothing(choice.WhenFalse)
                ? Values.Dressed(choice)
                : value;
    }

    private static string Name(SyntaxNode target) => target switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.Text,
        DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax designation } => designation.Identifier.Text,
        _ => Values.Text(target),
    };

    private static ITypeSymbol? TypeOf(SyntaxNode target, SemanticModel model) => target is VariableDeclaratorSyntax declarator
        ? (model.GetDeclaredSymbol(declarator) as ILocalSymbol)?.Type
        : model.GetTypeInfo(target).Type;
}
