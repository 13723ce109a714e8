using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>What calls take and give back, as texts: two calls of which one undoes the other have a text in common.</summary>
internal sealed class CallBalance
{
    private readonly SectionCalls _sections;
    private readonly ReleasingHelpers _helpers;
    private readonly FixSite _site;

    public CallBalance(FixSite site)
    {
        _site = site;
        _sections = new SectionCalls(site);
        _helpers = new ReleasingHelpers(site);
    }

    /// <summary>The sections a call enters, the locks it takes, the pages it maps; what a statement of its own does by its name only.</summary>
    public IEnumerable<string> Opened(InvocationExpressionSyntax call) => _sections.Entered(call)
        .Concat(Mappings(call, parameter => parameter.Maps))
        .Concat(IsUsed(call) ? [] : OppositeCalls(call));

    /// <summary>What a call closes of that.</summary>
    public IEnumerable<string> Closed(InvocationExpressionSyntax call) => _sections.Left(call)
        .Concat(Mappings(call, parameter => parameter.Unmaps))
        .Append(Values.Text(call));

    /// <summary>The place that gets a call's result, or that of another one; null where it goes elsewhere.</summary>
    public static string? Stored(InvocationExpressionSyntax call)
    {
        var value = Values.Dressed(call);
        while (value.Parent is ConditionalExpressionSyntax choice && choice.Condition != value)
            value = Values.Dressed(choice);

        return Values.Target(value) switch
        {
            VariableDeclaratorSyntax declarator => declarator.Identifier.Text,
            { } target => Values.Text(target),
            null => null,
        };
    }

    /// <summary>The places whose memory a call releases: by its contract, or as the callee's code does.</summary>
    public IEnumerable<string> Released(InvocationExpressionSyntax call) => ReleasedArguments(call).Concat(_helpers.ReleasedInside(call));

    /// <summary>Those of them that it is given.</summary>
    public IEnumerable<string> ReleasedArguments(InvocationExpressionSyntax call) =>
        Arguments(call).Where(argument => argument.Contract.Frees is not null).Select(argument => argument.Place).Concat(_helpers.ReleasedArguments(call));

    /// <summary>True if what a call releases may be null.</summary>
    public bool AcceptsNull(InvocationExpressionSyntax call) => Arguments(call).All(argument => argument.Contract is { DisallowsNull: false });

    /// <summary>What a call closes or releases.</summary>
    public IEnumerable<string> Undone(InvocationExpressionSyntax call) => Closed(call).Concat(Released(call));

    /// <summary>The calls of code that runs where it stands.</summary>
    public static IEnumerable<InvocationExpressionSyntax> CallsIn(SyntaxNode code) => code
        .DescendantNodesAndSelf(node => node == code || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<InvocationExpressionSyntax>();

    // A result that is used is what the call is for; a condition asks whether it was done.
    private static bool IsUsed(InvocationExpressionSyntax call) =>
        call.Parent is not (ExpressionStatementSyntax or IfStatementSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression });

    private static IEnumerable<string> OppositeCalls(InvocationExpressionSyntax call) => CallNames.Of(call) is { } name
        ? Opposites.Of(name.Identifier.ValueText).Select(opposite => Values.Text(call.ReplaceNode(name, SyntaxFactory.IdentifierName(opposite))))
        : [];

    private IEnumerable<string> Mappings(InvocationExpressionSyntax call, Func<ParameterContract, string?> kind) =>
        from argument in Arguments(call)
        let mapped = kind(argument.Contract)
        where mapped is not null
        select mapped + " " + argument.Place;

    private IEnumerable<PassedPlace> Arguments(InvocationExpressionSyntax call) => PassedPlace.Of(call, _site.Model, _site);
}
