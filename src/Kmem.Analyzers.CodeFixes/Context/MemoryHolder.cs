using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>
/// The local or field that an allocation is stored in, with all that is stored in it and all that releases it, where these
/// are seen to be all: the memory's family may then change.
/// </summary>
internal sealed class MemoryHolder
{
    private readonly List<SleepingCall> _allocations = new();
    private readonly List<SleepingCall> _releases = new();
    private readonly SemanticModel _model;
    private readonly SyntaxNode _function;

    private MemoryHolder(SemanticModel model, SyntaxNode function)
    {
        _model = model;
        _function = function;
    }

    public IReadOnlyList<SleepingCall> Allocations => _allocations;

    public IReadOnlyList<SleepingCall> Releases => _releases;

    /// <summary>Null where the memory goes elsewhere, so that code not seen here may release it.</summary>
    public static MemoryHolder? Of(SleepingCall allocation, FixSite site)
    {
        if (Statements.Function(allocation.Call) is not { } function)
            return null;

        var value = Values.Dressed(allocation.Call);
        var holder = new MemoryHolder(site.Model, function);
        var target = Values.Target(value);
        var symbol = target is null ? null : Symbol(target, site.Model);
        if (value.Parent is ExpressionStatementSyntax || symbol is IDiscardSymbol)
        {
            holder._allocations.Add(allocation);
            return holder;
        }

        return symbol is ILocalSymbol or IFieldSymbol && holder.Follow(symbol, site.Root) ? holder : null;
    }

    private static ISymbol? Symbol(SyntaxNode target, SemanticModel model) => target switch
    {
        VariableDeclaratorSyntax declarator => model.GetDeclaredSymbol(declarator),
        ExpressionSyntax expression => model.GetSymbolInfo(expression).Symbol,
        _ => null,
    };

    private static string? Name(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };

    private bool Follow(ISymbol symbol, SyntaxNode root)
    {
        if (symbol is ILocalSymbol local && !Statements.Declares(_function, local))
            return false;

        var scope = symbol is IFieldSymbol ? root : _function;
        foreach (var node in scope.DescendantNodes())
        {
            if (Name(node) == symbol.Name && SymbolEqualityComparer.Default.Equals(Symbol(node, _model), symbol) && !Admit(node))
                return false;
        }

        return symbol is not IFieldSymbol || _releases.Count > 0;
    }

    private bool Admit(SyntaxNode mention)
    {
        if (mention is VariableDeclaratorSyntax declarator)
            return declarator.Initializer is null || AdmitStored(declarator.Initializer.Value);
        if (mention is IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } && access.Name == mention)
            return true; // dev->buf is met as a whole

        var value = Values.Dressed((ExpressionSyntax)mention);
        return value.Parent switch
        {
            AssignmentExpressionSyntax assignment when assignment.Left == value => AdmitStored(assignment.Right),
            ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None) && AdmitPassed(argument),
            MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or BinaryExpressionSyntax or IsPatternExpressionSyntax => IsOwn(mention),
            PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PointerIndirectionExpression) && IsOwn(mention),
            _ => false,
        };
    }

    private bool AdmitStored(ExpressionSyntax stored)
    {
        if (NullTest.IsNothing(stored))
            return true;
        if (Values.Bare(stored) is not InvocationExpressionSyntax call || SleepingCall.Of(call, _model) is not { } allocation || !IsOwn(call))
            return false;

        _allocations.Add(allocation);
        return AtomicAlternative.Of(allocation.Method) is { Releases.Count: > 0 };
    }

    private bool AdmitPassed(ArgumentSyntax argument)
    {
        if (argument.Parent?.Parent is not InvocationExpressionSyntax call || SleepingCall.Of(call, _model) is not { } callee)
            return false;
        if (AtomicAlternative.IsRelease(callee.Method))
            _releases.Add(callee);
        return IsOwn(call);
    }

    private bool IsOwn(SyntaxNode node) => Statements.Function(node) == _function;
}
