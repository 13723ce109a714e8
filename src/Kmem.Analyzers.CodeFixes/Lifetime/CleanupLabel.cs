using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A label, and the statements from there to the end of its list.</summary>
internal sealed class CleanupLabel
{
    private readonly LabeledStatementSyntax _label;
    private readonly List<StatementSyntax> _behind;
    private readonly HashSet<string> _undone;
    private readonly bool _returns;

    public CleanupLabel(LabeledStatementSyntax label, CallBalance balance)
    {
        _label = label;
        _behind = Statements.Siblings(label).SkipWhile(statement => statement != label).Select(Statements.WithoutLabels).ToList();
        var end = _behind.FindIndex(statement => statement is ReturnStatementSyntax or ThrowStatementSyntax);
        _returns = end >= 0;
        if (_returns)
            _behind.RemoveRange(end + 1, _behind.Count - end - 1);
        _undone = new HashSet<string>(_behind.SelectMany(CallBalance.CallsIn).SelectMany(balance.Undone), StringComparer.Ordinal);
    }

    public string Name => _label.Identifier.Text;

    /// <summary>What runs from here on, without a result that <see cref="Preparation"/> sets.</summary>
    public SyntaxNode[] Code => [.. _behind.Where(statement => statement is not ReturnStatementSyntax { Expression: IdentifierNameSyntax })];

    public bool Does(OwedCall owed) => owed.Undone.All(_undone.Contains);

    /// <summary>What a jump to here would leave undone: all that was taken in the label's list, or anywhere if the code behind it returns.</summary>
    public IEnumerable<OwedCall> Skipped(IEnumerable<OwedCall> pending) =>
        pending.Where(owed => !Does(owed) && (_returns || _label.Parent!.Span.Contains(owed.TakenAt)));

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
