using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The variables that surely have a value behind a statement: only these may be used there.</summary>
internal sealed class AssignedVariables
{
    private readonly HashSet<ISymbol> _assigned = new(SymbolEqualityComparer.Default);
    private readonly SemanticModel _model;

    public AssignedVariables(StatementSyntax statement, SemanticModel model)
    {
        _model = model;
        if (model.AnalyzeDataFlow(statement) is { Succeeded: true } flow)
            _assigned.UnionWith(flow.DefinitelyAssignedOnExit);
    }

    public bool Contains(ISymbol variable) => _assigned.Contains(variable);

    /// <summary>True if all locals that the code names, but does not declare itself, have a value.</summary>
    public bool Cover(params SyntaxNode[] code)
    {
        var footprint = Footprint.Of(code, _model);
        return footprint.Reads.All(read => read is not ILocalSymbol local || local.IsConst || Contains(local) || IsDeclaredIn(local, code));
    }

    private static bool IsDeclaredIn(ILocalSymbol local, SyntaxNode[] code) =>
        local.DeclaringSyntaxReferences.Any(reference => code.Any(node => node.Span.Contains(reference.Span)));
}
