using System.Collections.Concurrent;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow;

/// <summary>Read-only fields that hold one constant: static ones, which no static constructor sets anew, and those of a class whose constructors agree.</summary>
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
        { IsStatic: true, IsReadOnly: true, DeclaringSyntaxReferences.Length: > 0 } => FindRead(field.OriginalDefinition),
        { IsReadOnly: true, Type.TypeKind: TypeKind.Enum, ContainingType.TypeKind: TypeKind.Class, DeclaringSyntaxReferences.Length: > 0 } =>
            FindRead(field.OriginalDefinition),
        _ => null,
    };

    private ConstantValue? FindRead(IFieldSymbol field)
    {
        if (!_values.TryGetValue(field, out var value))
            _values[field] = value = field.IsStatic ? ReadStatic(field) : ReadOfObject(field);
        return value;
    }

    private ConstantValue? ReadStatic(IFieldSymbol field) =>
        !field.ContainingType.StaticConstructors.Any(constructor => !constructor.IsImplicitlyDeclared) && InitializerOf(field) is { } initializer
            ? Read(initializer)
            : null;

    // The same flags in every object: what the constructors give it, or the initialiser that none of them touches.
    private ConstantValue? ReadOfObject(IFieldSymbol field)
    {
        var initializer = InitializerOf(field);
        ConstantValue? found = null;
        foreach (var constructor in field.ContainingType.InstanceConstructors)
        {
            var declaration = constructor.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<ConstructorDeclarationSyntax>().FirstOrDefault();
            if (declaration?.Initializer?.IsKind(SyntaxKind.ThisConstructorInitializer) == true && !Mentions(declaration, field.Name))
                continue;

            var given = declaration is null || !Mentions(declaration, field.Name) ? initializer : FindOnlyAssigned(declaration, field.Name);
            if (given is null || Read(given) is not { } value || (found is not null && !found.Equals(value)))
                return null;
            found = value;
        }

        return field.ContainingType.GetMembers().Any(member => member is IMethodSymbol { IsInitOnly: true }) ? null : found;
    }

    private static ExpressionSyntax? InitializerOf(IFieldSymbol field) => field.DeclaringSyntaxReferences
        .Select(reference => reference.GetSyntax()).OfType<VariableDeclaratorSyntax>()
        .Select(declarator => declarator.Initializer?.Value).FirstOrDefault();

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);

    // What a constructor assigns on every way through it: one of its own statements, and nothing else there names the field.
    private static ExpressionSyntax? FindOnlyAssigned(ConstructorDeclarationSyntax declaration, string field)
    {
        var assignments = StatementsOf(declaration).OfType<AssignmentExpressionSyntax>()
            .Where(assignment => assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && Mentions(assignment.Left, field)).ToList();
        return assignments.Count == 1 && declaration.DescendantTokens().Count(token => token.ValueText == field) == 1 ? assignments[0].Right : null;
    }

    private static IEnumerable<ExpressionSyntax> StatementsOf(ConstructorDeclarationSyntax declaration) => declaration switch
    {
        { Body: { } body } => body.Statements.OfType<ExpressionStatementSyntax>().Select(statement => statement.Expression),
        { ExpressionBody: { } arrow } => new[] { arrow.Expression },
        _ => Enumerable.Empty<ExpressionSyntax>(), // extern, or broken code
    };

    private ConstantValue? Read(ExpressionSyntax initializer)
    {
        if (Calls(initializer) || !_compilation.ContainsSyntaxTree(initializer.SyntaxTree))
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
