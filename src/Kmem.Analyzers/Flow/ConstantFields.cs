using System.Collections.Concurrent;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow;

/// <summary>Static read-only fields whose initialiser is a constant, and which no static constructor sets anew.</summary>
internal sealed class ConstantFields
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<IFieldSymbol, ConstantValue?> _values = new(SymbolEqualityComparer.Default);

    public ConstantFields(Compilation compilation) => _compilation = compilation;

    /// <summary>The constant that a field holds; null where it is not known to hold one.</summary>
    public ConstantValue? Find(IFieldSymbol field) => field switch
    {
        { HasConstantValue: true } => ConstantValue.Of(field.ConstantValue),
        { Name: "Zero", ContainingType.SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => ConstantValue.Null,
        { IsStatic: true, IsReadOnly: true, DeclaringSyntaxReferences.Length: > 0 } => _values.GetOrAdd(field.OriginalDefinition, Read),
        _ => null,
    };

    private ConstantValue? Read(IFieldSymbol field)
    {
        if (field.ContainingType.StaticConstructors.Any(constructor => !constructor.IsImplicitlyDeclared))
            return null;

        var initializer = field.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax()).OfType<VariableDeclaratorSyntax>()
            .Select(declarator => declarator.Initializer?.Value).FirstOrDefault();
        if (initializer is null || Calls(initializer) || !_compilation.ContainsSyntaxTree(initializer.SyntaxTree))
            return null;

        var model = _compilation.GetSemanticModel(initializer.SyntaxTree);
        var constant = model.GetConstantValue(NumberOf(initializer, model));
        return constant.HasValue ? ConstantValue.Of(constant.Value) : null;
    }

    // What a call gives is no constant: no need to bind it.
    private static bool Calls(ExpressionSyntax initializer) => initializer switch
    {
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } => false,
        InvocationExpressionSyntax or AnonymousFunctionExpressionSyntax or ArrayCreationExpressionSyntax => true,
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: not 1 } => true,
        _ => false,
    };

    // An address that is written as a number, as a library's value for failure is: (void*)-1, new IntPtr(-1).
    private static ExpressionSyntax NumberOf(ExpressionSyntax initializer, SemanticModel model) => initializer switch
    {
        ParenthesizedExpressionSyntax inner => NumberOf(inner.Expression, model),
        CastExpressionSyntax cast when Places.IsAddress(model.GetTypeInfo(cast).Type) => NumberOf(cast.Expression, model),
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } made when Places.IsAddress(model.GetTypeInfo(made).Type) => arguments[0].Expression,
        _ => initializer,
    };
}
