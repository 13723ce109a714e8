using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Which calls enter and leave a section or lock, by their contracts; two calls belong together if they name the same thing.</summary>
internal sealed class SectionCalls
{
    private const string Spinlock = "spinlock";

    private readonly ContractTable _contracts;

    public SectionCalls(FixSite site)
    {
        _contracts = site.Contracts;
        Model = site.Model;
    }

    public SemanticModel Model { get; }

    /// <summary>True if the statement is a call that leaves what the other call enters.</summary>
    public bool IsLeave(StatementSyntax statement, InvocationExpressionSyntax enter) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && Leaves(call, enter);

    /// <summary>True if a call that leaves it stands anywhere in a node.</summary>
    public bool AnyLeave(SyntaxNode node, InvocationExpressionSyntax enter) =>
        node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call => Leaves(call, enter));

    /// <summary>What a call leaves.</summary>
    public IEnumerable<string> Left(InvocationExpressionSyntax call) => Effects(call, isEnter: false);

    /// <summary>What a call enters.</summary>
    public IEnumerable<string> Entered(InvocationExpressionSyntax call) => Effects(call, isEnter: true);

    /// <summary>True if code may not sleep behind these statements, which ran one after the other from the start of a function.</summary>
    public bool AnyOpen(IEnumerable<StatementSyntax> statements, SyntaxNode? function)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in statements.Where(Runs).SelectMany(statement => statement.DescendantNodes().OfType<InvocationExpressionSyntax>()))
        {
            open.ExceptWith(Left(call));
            open.UnionWith(Entered(call));
        }

        return open.Count > 0 || IsAtomic(function);
    }

    private static bool Runs(StatementSyntax statement) => statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax;

    private bool IsAtomic(SyntaxNode? function) => function switch
    {
        null => false,
        AnonymousFunctionExpressionSyntax => _contracts.CallbackOf(Model.GetTypeInfo(function).ConvertedType).IsAtomic,
        _ => Model.GetDeclaredSymbol(function) is IMethodSymbol method && _contracts.Get(method).Body.IsAtomic,
    };

    private bool Leaves(InvocationExpressionSyntax call, InvocationExpressionSyntax enter) => Left(call).Intersect(Entered(enter)).Any();

    private IEnumerable<string> Effects(InvocationExpressionSyntax call, bool isEnter)
    {
        if (Model.GetOperation(call) is not IInvocationOperation operation)
            yield break;

        var contract = _contracts.Get(operation.TargetMethod);
        foreach (var section in contract.Sections.Where(section => section.Enters == isEnter))
            yield return section.Section + " " + Subject(operation, section.Parameter, "");
        foreach (var held in contract.Locks.Where(held => held.Acquires == isEnter))
            yield return Spinlock + " " + Subject(operation, held.Parameter, held.Path);
    }

    private static string Subject(IInvocationOperation call, int parameter, string path)
    {
        var value = parameter < 0
            ? call.Instance?.Syntax
            : call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter)?.Value.Syntax;
        return (value is ExpressionSyntax expression ? Values.Text(expression) : "") + "." + path;
    }
}
