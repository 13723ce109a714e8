using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>
/// The call that leaves what another one entered: as the method writes it elsewhere, else the function of the same type whose
/// name is the opposite and whose contract leaves what the other's enters.
/// </summary>
internal static class MatchingLeave
{
    /// <summary>The call as code, without the semicolon; null where none is found that compiles at the position.</summary>
    public static string? Find(FixSite site, int position)
    {
        var text = AsWritten(site) ?? ByName(site, position);
        return text is not null && IsCall(text, site, position) ? text : null;
    }

    private static string? AsWritten(FixSite site) =>
        site.NodeAt(DiagnosticProperties.LeaveSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Parent: ExpressionStatementSyntax or ArrowExpressionClauseSyntax } call
            ? call.ToString()
            : null;

    private static string? ByName(FixSite site, int position)
    {
        if (site.NodeAt(DiagnosticProperties.EnterSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } enter
            || SleepingCall.Of(enter, site.Model) is not { Method: var method })
        {
            return null;
        }

        var leave = Opposites.Of(method.Name).SelectMany(name => method.ContainingType.GetMembers(name)).OfType<IMethodSymbol>()
            .FirstOrDefault(candidate => Leaves(candidate, method, site.Contracts));
        return leave is null || Arguments(leave, enter, method) is not { } arguments ? null : Callee(leave, enter, site, position) + "(" + arguments + ")";
    }

    private static bool Leaves(IMethodSymbol leave, IMethodSymbol enter, ContractTable contracts)
    {
        var entered = contracts.Get(enter);
        var left = contracts.Get(leave);
        if (entered.MovesMappings)
            return left.Parameters.Any(parameter => parameter.Unmaps is { } kind && entered.Parameters.Any(other => other.Maps == kind));

        return (left.Sections.Any(section => !section.Enters) || left.Locks.Any(held => !held.Acquires))
            && entered.Sections.All(section => !section.Enters || left.Sections.Any(other => !other.Enters && other.Section == section.Section))
            && entered.Locks.Length == left.Locks.Length;
    }

    // Parameters of the same name take the same arguments; what was saved into a variable is given back.
    private static string? Arguments(IMethodSymbol leave, InvocationExpressionSyntax enter, IMethodSymbol method)
    {
        var arguments = new List<string>();
        foreach (var parameter in leave.Parameters.Where(parameter => !parameter.IsOptional))
        {
            var ordinal = method.Parameters.FirstOrDefault(other => other.Name == parameter.Name)?.Ordinal ?? -1;
            if (ordinal < 0 || ordinal >= enter.ArgumentList.Arguments.Count || enter.ArgumentList.Arguments.Any(argument => argument.NameColon is not null))
                return null;

            var argument = enter.ArgumentList.Arguments[ordinal];
            arguments.Add(parameter.RefKind == RefKind.None ? Value(argument.Expression) : argument.ToString());
        }

        return string.Join(", ", arguments);
    }

    private static string Value(ExpressionSyntax argument) =>
        argument is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } ? variable.Identifier.ValueText : argument.ToString();

    private static string Callee(IMethodSymbol leave, InvocationExpressionSyntax enter, FixSite site, int position) =>
        enter.Expression is MemberAccessExpressionSyntax access ? access.Expression + "." + leave.Name : Spelling.OfMember(site.Model, position, leave);

    private static bool IsCall(string text, FixSite site, int position) => site.Model
        .GetSpeculativeSymbolInfo(position, SyntaxFactory.ParseExpression(text), SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol;
}
