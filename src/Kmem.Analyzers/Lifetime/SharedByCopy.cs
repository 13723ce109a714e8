using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// A member that makes a second object with the same memory in the same field, both of which release it. Only members that do nothing
/// else with it are seen for what they are: no counting of owners, no flag for who owns it, no new memory for the copy.
/// </summary>
/// <param name="Copy">The expression that makes it.</param>
/// <param name="Member">The member's name.</param>
internal sealed record SharedByCopy(ExpressionSyntax Copy, string Member)
{
    /// <summary>The member that shares a field; null where there is none, or where the release asks who owns the memory.</summary>
    public static SharedByCopy? Find(IFieldSymbol field, IReadOnlyList<InvocationExpressionSyntax> releases, AnalyzedProgram program)
    {
        var type = field.ContainingType;
        if (!type.IsReferenceType || releases.Count == 0 || !releases.All(release => IsEnd(release.FirstAncestorOrSelf<MemberDeclarationSyntax>())) || !EndsOf(type).All(end => IsSameForBoth(end, field)))
            return null;

        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            var model = program.Compilation.GetSemanticModel(reference.SyntaxTree);
            foreach (var member in ((TypeDeclarationSyntax)reference.GetSyntax()).Members)
            {
                if (member is MethodDeclarationSyntax method && model.GetDeclaredSymbol(method) is { IsStatic: false, DeclaredAccessibility: not Accessibility.Private }
                    && CopyIn(method, field, model) is { } copy)
                    return new SharedByCopy(copy, method.Identifier.ValueText);
            }
        }

        return null;
    }

    private static bool IsEnd(MemberDeclarationSyntax? member) => member is DestructorDeclarationSyntax or MethodDeclarationSyntax { Identifier.ValueText: nameof(IDisposable.Dispose) };

    private static IEnumerable<MemberDeclarationSyntax> EndsOf(INamedTypeSymbol type) => type.DeclaringSyntaxReferences
        .SelectMany(reference => ((TypeDeclarationSyntax)reference.GetSyntax()).Members).Where(IsEnd);

    // Whatever is asked there is the same of both objects: the field, a parameter, or a flag that only the end itself sets.
    private static bool IsSameForBoth(MemberDeclarationSyntax end, IFieldSymbol field) =>
        end.DescendantNodes().All(node => node is not (ConditionalExpressionSyntax or SwitchStatementSyntax or SwitchExpressionSyntax or ConditionalAccessExpressionSyntax))
        && end.DescendantNodes().OfType<IfStatementSyntax>().All(check =>
            check.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => IsSameOfBoth(name, end, field)));

    private static bool IsSameOfBoth(IdentifierNameSyntax name, MemberDeclarationSyntax member, IFieldSymbol field)
    {
        var text = name.Identifier.ValueText;
        return text == field.Name || text is "Zero" or "IntPtr" or "UIntPtr" or "IsAllocated"
            || (member is MethodDeclarationSyntax method && method.ParameterList.Parameters.Any(parameter => parameter.Identifier.ValueText == text))
            || (field.ContainingType.GetMembers(text).FirstOrDefault() is IFieldSymbol { Type.SpecialType: SpecialType.System_Boolean } flag && IsSetOnlyIn(flag, member));
    }

    private static bool IsSetOnlyIn(IFieldSymbol flag, MemberDeclarationSyntax member) => flag.ContainingType.DeclaringSyntaxReferences.All(reference =>
        reference.GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>().All(name =>
            name.Identifier.ValueText != flag.Name || name.FirstAncestorOrSelf<MemberDeclarationSyntax>() == member || !IsWritten(name)));

    private static bool IsWritten(IdentifierNameSyntax name) => name.Ancestors().TakeWhile(node => node is ExpressionSyntax or ArgumentSyntax)
        .Any(node => node is AssignmentExpressionSyntax assignment && assignment.Left.Span.Contains(name.Span) || node is ArgumentSyntax { RefKindKeyword.RawKind: not 0 });

    private static ExpressionSyntax? CopyIn(MethodDeclarationSyntax method, IFieldSymbol field, SemanticModel model)
    {
        var copies = method.DescendantNodes().OfType<ExpressionSyntax>().Where(node => IsCopy(node, field, model)).ToList();
        return copies.Count == 1 && !method.DescendantNodes().Any(node => MakesADifference(node, copies[0], field)) ? copies[0] : null;
    }

    private static bool IsCopy(ExpressionSyntax expression, IFieldSymbol field, SemanticModel model) => expression switch
    {
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: nameof(MemberwiseClone) }, ArgumentList.Arguments.Count: 0 } => true,
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments, Initializer: null } creation =>
            arguments.Any(argument => argument.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == field.Name)
            && model.GetSymbolInfo(creation).Symbol is IMethodSymbol constructor
            && SymbolEqualityComparer.Default.Equals(constructor.ContainingType, field.ContainingType)
            && Keeps(constructor, field, arguments.IndexOf(argument => argument.Expression.ToString() == field.Name)),
        _ => false,
    };

    private static bool Keeps(IMethodSymbol constructor, IFieldSymbol field, int ordinal) =>
        constructor is { Parameters.Length: 1, DeclaringSyntaxReferences.Length: 1 } && ordinal == 0
        && constructor.DeclaringSyntaxReferences[0].GetSyntax() is ConstructorDeclarationSyntax declaration
        && declaration.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment =>
            assignment.Left.ToString() == field.Name && assignment.Right.ToString() == constructor.Parameters[0].Name)
        && !declaration.DescendantNodes().OfType<InvocationExpressionSyntax>().Any();

    // Another call may count owners, and another value of the field, or of a flag, tell the two objects apart.
    private static bool MakesADifference(SyntaxNode node, ExpressionSyntax copy, IFieldSymbol field) => node switch
    {
        InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax => node != copy,
        AssignmentExpressionSyntax { Left: var left } => NameOf(left) is not { } name || name == field.Name || IsFlag(name, field.ContainingType),
        ThrowStatementSyntax or ThrowExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not 0 } => true,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression } => true,
        _ => false,
    };

    private static string? NameOf(ExpressionSyntax place) => place switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsFlag(string name, INamedTypeSymbol type) => type.GetMembers(name).FirstOrDefault() switch
    {
        IFieldSymbol { Type.SpecialType: SpecialType.System_Boolean } => true,
        IPropertySymbol => true,
        _ => false,
    };
}
