using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What the members of a type do with a field: told from the code around its name, whatever path leads there.</summary>
internal sealed class FieldUses
{
    private readonly ContractTable _contracts;
    private readonly List<InvocationExpressionSyntax> _exchanges = new();

    private FieldUses(ContractTable contracts) => _contracts = contracts;

    /// <summary>The calls that release what it holds.</summary>
    public List<InvocationExpressionSyntax> Releases { get; } = new();

    /// <summary>Somewhere its value goes where it may be released: copied, returned, passed on.</summary>
    public bool IsHandedOut { get; private set; }

    public static FieldUses Of(IFieldSymbol field, AnalyzedProgram program)
    {
        var uses = new FieldUses(program.Contracts);
        foreach (var reference in field.ContainingType.DeclaringSyntaxReferences)
        {
            var model = program.Compilation.GetSemanticModel(reference.SyntaxTree);
            foreach (var name in reference.GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                if (name.Identifier.ValueText == field.Name)
                    uses.Add(Whole(name), model);
            }
        }

        uses.Releases.RemoveAll(uses.IsBehindExchange);
        return uses;
    }

    /// <summary>The field is exchanged for nothing.</summary>
    public static bool IsEmptied(ExpressionSyntax use, SemanticModel model, ContractTable contracts) => ExchangeOf(use, model, contracts) is { } exchange
        && exchange.ArgumentList.Arguments.Any(argument => NeedlessCheck.IsNothing(argument.Expression));

    /// <summary>The release stands under <c>if (disposing)</c>: a finalizer does not come there.</summary>
    public static bool IsForDisposingOnly(InvocationExpressionSyntax release)
    {
        var method = release.FirstAncestorOrSelf<MethodDeclarationSyntax>();
        return method is { Identifier.ValueText: "Dispose", ParameterList.Parameters: { Count: 1 } parameters }
            && parameters[0].Type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.BoolKeyword }
            && (release.Ancestors().OfType<IfStatementSyntax>().Any(check => check.Statement.Contains(release) && Demands(check.Condition, parameters[0].Identifier.ValueText))
                || release.Ancestors().OfType<BlockSyntax>().Any(block => block.Statements.TakeWhile(statement => !statement.Contains(release)).Any(statement => LeavesUnless(parameters[0].Identifier.ValueText, statement))));
    }

    // `if (!disposing) return;`
    private static bool LeavesUnless(string parameter, StatementSyntax statement) =>
        statement is IfStatementSyntax { Condition: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: IdentifierNameSyntax name }, Statement: var left }
        && name.Identifier.ValueText == parameter && ((left as BlockSyntax)?.Statements.FirstOrDefault() ?? left) is ReturnStatementSyntax;

    private static bool Demands(ExpressionSyntax condition, string parameter) => condition switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == parameter,
        ParenthesizedExpressionSyntax parenthesized => Demands(parenthesized.Expression, parameter),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => Demands(both.Left, parameter) || Demands(both.Right, parameter),
        _ => false,
    };

    /// <summary>The release stands where a constructor gives up: nobody gets that object, and what others hold is not released there.</summary>
    public static bool IsInFailedConstructor(InvocationExpressionSyntax release) =>
        release.FirstAncestorOrSelf<MemberDeclarationSyntax>() is ConstructorDeclarationSyntax
        && release.Ancestors().OfType<BlockSyntax>().Any(block => block.Statements.LastOrDefault() is ThrowStatementSyntax);

    /// <summary>The release makes room for other memory, which the same member stores behind it: what the object holds at its end is still to come.</summary>
    public static bool IsToReplace(InvocationExpressionSyntax release, IFieldSymbol field) =>
        release.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && member.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment =>
            assignment.SpanStart > release.Span.End && !NeedlessCheck.IsNothing(assignment.Right)
            && assignment.Left is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
            && assignment.Left.GetLastToken().ValueText == field.Name);

    private void Add(ExpressionSyntax use, SemanticModel model)
    {
        switch (use.Parent)
        {
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment when assignment.Left == use:
                IsHandedOut |= IsLinked(assignment);
                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression }:
            case IsPatternExpressionSyntax:
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression }:
            case ElementAccessExpressionSyntax element when element.Expression == use:
            case MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression }:
                break;
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when call.Expression == access:
                AddCall(call, model.GetSymbolInfo(call).Symbol is IMethodSymbol member ? _contracts.Get(member).This : ParameterContract.Empty);
                break;
            case MemberAccessExpressionSyntax access when access.Expression == use && model.GetTypeInfo(use).Type?.SpecialType == SpecialType.None:
                break;
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument when argument.RefKindKeyword.IsKind(SyntaxKind.None):
                AddCall(call, ContractOf(argument, call, model));
                break;
            case ArgumentSyntax when IsEmptied(use, model, _contracts):
                var exchange = ExchangeOf(use, model, _contracts)!;
                _exchanges.Add(exchange);
                IsHandedOut |= !IsOnlyCompared(exchange);
                break;
            default:
                IsHandedOut |= !IsNameOnly(use);
                break;
        }
    }

    // `_tail->next = added; _tail = added;`: who walks along the list releases what its ends point to.
    private static bool IsLinked(AssignmentExpressionSyntax store) =>
        store.Right is IdentifierNameSyntax { Identifier.ValueText: var added } && store.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
        && member.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(other =>
            other.Left is MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression }
            && other.Right is IdentifierNameSyntax { Identifier.ValueText: var linked } && linked == added);

    private static InvocationExpressionSyntax? ExchangeOf(ExpressionSyntax use, SemanticModel model, ContractTable contracts) =>
        use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument
        && model.GetSymbolInfo(call).Symbol is IMethodSymbol method
        && contracts.Get(method).Parameter(call.ArgumentList.Arguments.IndexOf(argument)).ExchangedWith is not null
            ? call
            : null;

    // The field is empty there: what it held is in the variable that took it.
    private bool IsBehindExchange(InvocationExpressionSyntax release) => _exchanges.Exists(exchange =>
        exchange.SpanStart < release.SpanStart && exchange.FirstAncestorOrSelf<MemberDeclarationSyntax>() == release.FirstAncestorOrSelf<MemberDeclarationSyntax>());

    // Nobody does more with what the field held than ask whether it was there.
    private static bool IsOnlyCompared(InvocationExpressionSyntax exchange)
    {
        if (exchange.Parent is ExpressionStatementSyntax or BinaryExpressionSyntax)
            return true;
        if (exchange.Parent is IsPatternExpressionSyntax { Pattern: var pattern })
            return !pattern.DescendantNodesAndSelf().Any(part => part is SingleVariableDesignationSyntax);

        return exchange.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }
            && variable.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
            && member.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == variable.Identifier.ValueText)
                .All(name => name.Parent is BinaryExpressionSyntax or IsPatternExpressionSyntax);
    }

    private void AddCall(InvocationExpressionSyntax call, ParameterContract contract)
    {
        if (contract.Frees is not null)
            Releases.Add(call);
        else
            IsHandedOut |= !contract.Borrows;
    }

    private ParameterContract ContractOf(ArgumentSyntax argument, InvocationExpressionSyntax call, SemanticModel model)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
            return ParameterContract.Empty;

        var ordinal = argument.NameColon is { } name
            ? method.Parameters.FirstOrDefault(parameter => parameter.Name == name.Name.Identifier.ValueText)?.Ordinal ?? -1
            : call.ArgumentList.Arguments.IndexOf(argument);
        return _contracts.Get(method).Parameter(ordinal);
    }

    // With what qualifies it, and the casts around it.
    private static ExpressionSyntax Whole(SimpleNameSyntax name)
    {
        ExpressionSyntax whole = name;
        while (true)
        {
            if (whole.Parent is MemberAccessExpressionSyntax access && access.Name == whole)
                whole = access;
            else if (whole.Parent is CastExpressionSyntax or ParenthesizedExpressionSyntax)
                whole = (ExpressionSyntax)whole.Parent;
            else
                return whole;
        }
    }

    private static bool IsNameOnly(ExpressionSyntax use) =>
        use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } }
        || use.Parent is NameColonSyntax or NameEqualsSyntax;
}
