using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow.Graphs;

/// <summary>
/// Where in the code a body is left: at a <c>return</c>, <c>throw</c> or <c>yield break</c>, at an expression body, or at the
/// closing brace. The compiler's graph has no trace of a plain <c>return;</c>: it is what stands next behind the last step.
/// </summary>
internal sealed class ExitPlace
{
    private const int MaxSteps = 64;

    private readonly ControlFlowGraph _graph;
    private readonly SyntaxNode _body;
    private int _steps;

    private ExitPlace(ControlFlowGraph graph)
    {
        _graph = graph;
        _body = graph.OriginalOperation.Syntax;
    }

    /// <param name="exit">The branch that leaves the body.</param>
    /// <param name="graph">The graph it is in.</param>
    public static SyntaxNodeOrToken Of(ControlFlowBranch exit, ControlFlowGraph graph) =>
        new ExitPlace(graph).Find(exit) ?? EndOf(graph.OriginalOperation.Syntax);

    private SyntaxNodeOrToken? Find(ControlFlowBranch exit)
    {
        if (exit.Semantics is ControlFlowBranchSemantics.Return or ControlFlowBranchSemantics.Throw)
            return exit.Source.BranchValue is { } value ? KeywordOf(value.Syntax) : null;

        var branch = exit;
        while (branch.Source is { Operations.IsEmpty: true, BranchValue: null, Predecessors: { Length: > 0 } predecessors } && _steps++ < MaxSteps)
            branch = predecessors[0];

        if (EmptyHandler(branch.Source) is { } handler)
            return At(handler.Block);

        var last = branch.Source.BranchValue?.Syntax ?? branch.Source.Operations.LastOrDefault()?.Syntax;
        if (last?.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !_body.Contains(statement))
            return null;

        return branch.Source.ConditionKind == ControlFlowConditionKind.None ? After(statement) : Behind(statement, last, IsTaken(branch));
    }

    private static SyntaxNodeOrToken KeywordOf(SyntaxNode value) => value.FirstAncestorOrSelf<SyntaxNode>(IsJump) switch
    {
        ReturnStatementSyntax statement => statement.ReturnKeyword,
        ThrowStatementSyntax statement => statement.ThrowKeyword,
        ThrowExpressionSyntax expression => expression.ThrowKeyword,
        _ => value,
    };

    private static bool IsJump(SyntaxNode node) => node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax;

    // Nothing leads to a handler. One that does nothing is known by its place behind the try block.
    private CatchClauseSyntax? EmptyHandler(BasicBlock block)
    {
        if (!block.Operations.IsEmpty || block.BranchValue is not null || block.EnclosingRegion is not { Kind: ControlFlowRegionKind.Catch, EnclosingRegion: { } around } region)
            return null;

        var tried = Enumerable.Range(around.FirstBlockOrdinal, region.FirstBlockOrdinal - around.FirstBlockOrdinal)
            .SelectMany(ordinal => _graph.Blocks[ordinal].Operations).FirstOrDefault();
        var position = around.NestedRegions.IndexOf(region) - 1;
        var statement = tried?.Syntax.Ancestors().OfType<TryStatementSyntax>().FirstOrDefault(each => each.Catches.Count == around.NestedRegions.Length - 1);
        return statement is null || position < 0 ? null : statement.Catches[position];
    }

    // What the condition is on this branch.
    private static bool IsTaken(ControlFlowBranch branch) =>
        branch.IsConditionalSuccessor == (branch.Source.ConditionKind == ControlFlowConditionKind.WhenTrue);

    // A part of a condition that leads straight to an exit decides the whole of it.
    private SyntaxNodeOrToken? Behind(StatementSyntax statement, SyntaxNode condition, bool isTrue)
    {
        foreach (var node in condition.Ancestors().TakeWhile(node => node != statement))
            isTrue ^= node.IsKind(SyntaxKind.LogicalNotExpression);

        return statement switch
        {
            IfStatementSyntax choice when isTrue => At(choice.Statement),
            IfStatementSyntax { Else: { } otherwise } => At(otherwise.Statement),
            WhileStatementSyntax loop when isTrue => At(loop.Statement),
            ForStatementSyntax loop when isTrue => At(loop.Statement),
            SwitchStatementSyntax choice when condition.FirstAncestorOrSelf<CaseSwitchLabelSyntax>()?.Parent is SwitchSectionSyntax section => AtCase(choice, section, isTrue),
            SwitchStatementSyntax choice => OnlyExitOf(choice),
            _ => After(statement),
        };
    }

    // No label fits, that is what the last test of a switch says by failing.
    private SyntaxNodeOrToken? AtCase(SwitchStatementSyntax choice, SwitchSectionSyntax section, bool isTaken)
    {
        var chosen = isTaken ? section : choice.Sections.FirstOrDefault(other => other.Labels.Any(label => label is DefaultSwitchLabelSyntax));
        return chosen is { Statements.Count: > 0 } ? At(chosen.Statements[0]) : After(choice);
    }

    private SyntaxNodeOrToken? OnlyExitOf(SwitchStatementSyntax choice)
    {
        var exits = choice.Sections.Where(section => section.Statements.Count > 0).Select(section => At(section.Statements[0])).Append(After(choice)).OfType<SyntaxNodeOrToken>().Distinct().ToList();
        return exits.Count == 1 ? exits[0] : null;
    }

    private SyntaxNodeOrToken? At(StatementSyntax statement)
    {
        if (_steps++ > MaxSteps)
            return null;

        return statement switch
        {
            ReturnStatementSyntax exit => exit.ReturnKeyword,
            ThrowStatementSyntax exit => exit.ThrowKeyword,
            YieldStatementSyntax exit when exit.IsKind(SyntaxKind.YieldBreakStatement) => exit.YieldKeyword,
            BlockSyntax block => block.Statements.Count > 0 ? At(block.Statements[0]) : After(block),
            LabeledStatementSyntax labeled => At(labeled.Statement),
            UnsafeStatementSyntax inner => At(inner.Block),
            CheckedStatementSyntax inner => At(inner.Block),
            TryStatementSyntax inner => At(inner.Block),
            BreakStatementSyntax => Ancestor(statement) is { } broken ? After(broken) : null,
            GotoStatementSyntax { Expression: IdentifierNameSyntax label } => Target(label) is { } target ? At(target) : null,
            EmptyStatementSyntax or LocalFunctionStatementSyntax => After(statement),
            LocalDeclarationStatementSyntax declaration when declaration.Declaration.Variables.All(each => each.Initializer is null) => After(statement),
            _ => null,
        };
    }

    // What runs behind a statement that has come to its end.
    private SyntaxNodeOrToken? After(SyntaxNode statement)
    {
        for (var node = statement; node != _body && node.Parent is { } parent; node = parent)
        {
            var siblings = parent switch
            {
                BlockSyntax block => block.Statements,
                SwitchSectionSyntax section => section.Statements,
                _ => default,
            };
            if (siblings.IndexOf((node as StatementSyntax)!) is var index and >= 0 && index + 1 < siblings.Count)
                return At(siblings[index + 1]);
            if (parent is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or SwitchSectionSyntax)
                return null;
        }

        return EndOf(_body);
    }

    private static StatementSyntax? Ancestor(SyntaxNode node) => node.Ancestors().OfType<StatementSyntax>().FirstOrDefault(outer =>
        outer is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or SwitchStatementSyntax);

    private LabeledStatementSyntax? Target(IdentifierNameSyntax label) =>
        _body.DescendantNodes().OfType<LabeledStatementSyntax>().FirstOrDefault(target => target.Identifier.ValueText == label.Identifier.ValueText);

    private static SyntaxNodeOrToken EndOf(SyntaxNode body) => body switch
    {
        BlockSyntax block => block.CloseBraceToken,
        BaseMethodDeclarationSyntax { Body: { } block } => block.CloseBraceToken,
        AccessorDeclarationSyntax { Body: { } block } => block.CloseBraceToken,
        LocalFunctionStatementSyntax { Body: { } block } => block.CloseBraceToken,
        AnonymousFunctionExpressionSyntax { Block: { } block } => block.CloseBraceToken,
        BaseMethodDeclarationSyntax { ExpressionBody: { } arrow } => arrow.Expression,
        AccessorDeclarationSyntax { ExpressionBody: { } arrow } => arrow.Expression,
        LocalFunctionStatementSyntax { ExpressionBody: { } arrow } => arrow.Expression,
        AnonymousFunctionExpressionSyntax { ExpressionBody: { } expression } => expression,
        ArrowExpressionClauseSyntax arrow => arrow.Expression,
        _ => body.GetLastToken(),
    };
}
