using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A label, and the statements from there to the end of its list.</summary>
internal sealed class CleanupLabel
{
    private readonly LabeledStatementSyntax _label;
    private readonly List<StatementSyntax> _behind;
    private readonly bool _returns;

    public CleanupLabel(LabeledStatementSyntax label)
    {
        _label = label;
        _behind = Statements.Siblings(label).SkipWhile(statement => statement != label).Select(Statements.WithoutLabels).ToList();
        var end = _behind.FindIndex(statement => statement is ReturnStatementSyntax or ThrowStatementSyntax);
        _returns = end >= 0;
        if (_returns)
            _behind.RemoveRange(end + 1, _behind.Count - end - 1);
    }

    public string Name => _label.Identifier.Text;

    /// <summary>What runs from here on, without a result that <see cref="Preparation"/> sets.</summary>
    public SyntaxNode[] Code => [.. _behind.Where(statement => statement is not ReturnStatementSyntax { Expression: IdentifierNameSyntax })];

    public bool Does(StatementSyntax cleanup) => _behind.Exists(statement => SyntaxFactory.AreEquivalent(statement, cleanup));

    /// <summary>What a jump to here would skip: all in front of the label, and all around it if the code behind it returns.</summary>
    public IEnumerable<StatementSyntax> Skipped(IEnumerable<StatementSyntax> pending) =>
        pending.Where(statement => !Does(statement) && (_returns || statement.SpanStart < _label.SpanStart));

    /// <summary>The error code to set before jumping here, where what is returned is a variable.</summary>
    public IEnumerable<string> Preparation(FailureCheck? model, string holder, ReturnByType byType)
    {
        if (_behind.LastOrDefault() is not ReturnStatementSyntax { Expression: IdentifierNameSyntax result } || result.Identifier.Text == holder)
            return [];

        var usual = model?.ErrorCodes.OfType<ExpressionStatementSyntax>().FirstOrDefault(statement =>
            statement.Expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax code } && code.Identifier.Text == result.Identifier.Text);
        return usual is not null ? [usual.ToString()]
            : byType.FailureOf(result) is { } failure ? [result.Identifier.Text + " = " + failure + ";"]
            : [];
    }
}
