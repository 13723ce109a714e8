using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>
/// What code reads and writes, by name: two pieces that do not meet here may change places. Fields of different
/// objects count as one, which errs towards staying in place.
/// </summary>
internal sealed class Footprint
{
    private readonly HashSet<ISymbol> _reads = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _writes = new(SymbolEqualityComparer.Default);

    private Footprint()
    {
    }

    /// <summary>True if all it touches are locals, parameters and what never changes: nothing that a lock could guard.</summary>
    public bool IsPrivate { get; private set; } = true;

    public IEnumerable<ISymbol> Reads => _reads;

    public static Footprint Of(IEnumerable<SyntaxNode> roots, SemanticModel model)
    {
        var footprint = new Footprint();
        foreach (var node in roots.SelectMany(root => root.DescendantNodesAndSelf()))
            footprint.Add(node, model);
        return footprint;
    }

    public bool Meets(Footprint other) => _writes.Overlaps(other._reads) || _writes.Overlaps(other._writes) || _reads.Overlaps(other._writes);

    private void Add(SyntaxNode node, SemanticModel model)
    {
        switch (node)
        {
            case VariableDeclaratorSyntax or SingleVariableDesignationSyntax when model.GetDeclaredSymbol(node) is { } declared:
                _writes.Add(declared);
                break;
            case IdentifierNameSyntax name when model.GetSymbolInfo(name).Symbol is { } symbol:
                Add(name, symbol);
                break;
            case ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression }:
                IsPrivate = false;
                break;
        }
    }

    private void Add(IdentifierNameSyntax name, ISymbol symbol)
    {
        if (symbol is not (ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol or IEventSymbol))
            return;

        (IsWritten(name) ? _writes : _reads).Add(symbol);
        IsPrivate &= symbol is ILocalSymbol { IsRef: false } or IParameterSymbol { RefKind: RefKind.None } or IFieldSymbol { IsConst: true }
            || symbol is IFieldSymbol { IsReadOnly: true };
    }

    private static bool IsWritten(IdentifierNameSyntax name)
    {
        SyntaxNode place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;

        return place.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == place,
            ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None) && !argument.RefKindKeyword.IsKind(SyntaxKind.InKeyword),
            PrefixUnaryExpressionSyntax unary => unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.AddressOfExpression,
            PostfixUnaryExpressionSyntax unary => unary.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression,
            RefExpressionSyntax => true,
            _ => false,
        };
    }
}
