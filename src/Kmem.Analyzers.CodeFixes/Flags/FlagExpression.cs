using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Flags;

/// <summary>
/// Rewrites the flags named in an expression in place, each in the spelling it has: <c>gfp_t.GFP_KERNEL</c> keeps its <c>gfp_t.</c>.
/// </summary>
internal sealed class FlagExpression
{
    private readonly SemanticModel _model;
    private readonly IReadOnlyDictionary<string, string[]> _replacements;
    private readonly List<TextChange> _changes = new();
    private readonly SortedSet<string> _written = new(StringComparer.Ordinal);

    private FlagExpression(SemanticModel model, IReadOnlyDictionary<string, string[]> replacements)
    {
        _model = model;
        _replacements = replacements;
    }

    /// <summary>True if a part of the expression is no flag, so that its value is not known here.</summary>
    public bool HasOtherParts { get; private set; }

    /// <summary>True if what is left would not be an expression of the same meaning.</summary>
    public bool CannotBeRewritten { get; private set; }

    public IReadOnlyList<TextChange> Changes => _changes;

    /// <summary>The flags that were put in, for people.</summary>
    public string Written => string.Join(" | ", _written);

    public static FlagExpression Rewrite(ExpressionSyntax expression, SemanticModel model, IReadOnlyDictionary<string, string[]> replacements)
    {
        var rewriter = new FlagExpression(model, replacements);
        rewriter.Visit(expression);
        return rewriter;
    }

    private void Visit(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                Visit(inner.Expression);
                break;
            case CastExpressionSyntax cast:
                Visit(cast.Expression);
                break;
            case ConditionalExpressionSyntax conditional:
                Visit(conditional.WhenTrue);
                Visit(conditional.WhenFalse);
                break;
            case SwitchExpressionSyntax choice:
                foreach (var arm in choice.Arms)
                    Visit(arm.Expression);
                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseAndExpression } and:
                Visit(and.Left);
                Visit(and.Right);
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseNotExpression }:
                break; // a mask takes flags away: what it names is not what is asked for
            default:
                VisitAlternatives(FlagChain.Of(expression));
                break;
        }
    }

    private void VisitAlternatives(FlagChain chain)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operand in chain.Operands)
        {
            if (FlagName(operand) is { } name && !_replacements.ContainsKey(name))
                present.Add(name);
        }

        var dropped = new List<ExpressionSyntax>();
        foreach (var operand in chain.Operands)
        {
            if (FlagName(operand) is not { } name)
                VisitOther(operand, isWhole: chain.Operands.Count == 1);
            else if (_replacements.TryGetValue(name, out var substitutes))
                Replace(operand, substitutes.Where(present.Add).ToList(), dropped);
        }

        CannotBeRewritten |= dropped.Count == chain.Operands.Count;
        if (!CannotBeRewritten)
            _changes.AddRange(dropped.SelectMany(operand => chain.SpansToDrop(operand, dropped)).Select(span => new TextChange(span, "")));
    }

    private void VisitOther(ExpressionSyntax operand, bool isWhole)
    {
        if (isWhole)
            HasOtherParts = true;
        else
            Visit(operand);
    }

    private void Replace(ExpressionSyntax operand, List<string> substitutes, List<ExpressionSyntax> dropped)
    {
        if (substitutes.Count == 0)
        {
            dropped.Add(operand);
            return;
        }

        _written.UnionWith(substitutes);
        var text = string.Join(" | ", substitutes.Select(name => Spell(operand, name)));
        var needsParentheses = substitutes.Count > 1 && operand.Parent is CastExpressionSyntax
            or BinaryExpressionSyntax { RawKind: not (int)SyntaxKind.BitwiseOrExpression };
        _changes.Add(new TextChange(operand.Span, needsParentheses ? "(" + text + ")" : text));
    }

    private string Spell(ExpressionSyntax flag, string name) => flag is MemberAccessExpressionSyntax access
        ? access.Expression + "." + name
        : _model.GetSymbolInfo(flag).Symbol!.ContainingType.GetMembers(name).FirstOrDefault() is { } member
            ? Spelling.OfMember(_model, flag.SpanStart, member)
            : name;

    private string? FlagName(ExpressionSyntax operand) =>
        operand is IdentifierNameSyntax or MemberAccessExpressionSyntax
        && _model.GetSymbolInfo(operand).Symbol is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } flag
            ? flag.Name
            : null;
}
