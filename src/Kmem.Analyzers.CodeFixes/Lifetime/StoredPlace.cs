using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The place that an allocation's statement leaves the memory in.</summary>
internal sealed class StoredPlace
{
    private StoredPlace(string text, ITypeSymbol type)
    {
        Text = text;
        Type = type;
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    public ITypeSymbol Type { get; }

    /// <summary>Null where the holder is not what the statement stores the allocation's result into.</summary>
    public static StoredPlace? Of(InvocationExpressionSyntax call, string holder, SemanticModel model)
    {
        var wanted = Values.Text(SyntaxFactory.ParseExpression(holder));
        var output = call.ArgumentList.Arguments.FirstOrDefault(argument =>
            argument.RefKindKeyword.Kind() is SyntaxKind.OutKeyword or SyntaxKind.RefKeyword && IsNamed(argument.Expression, wanted));
        var target = output?.Expression ?? Values.Target(Whole(call));
        return target is not null && IsNamed(target, wanted) && TypeOf(target, model) is { } type ? new StoredPlace(Name(target), type) : null;
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

    // The analysis names a variable without the @ that code may need.
    private static bool IsNamed(SyntaxNode target, string wanted) => Name(target) is var name && (name == wanted || name.TrimStart('@') == wanted);

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
