using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What the term of a pointer says of the memory that it points to.</summary>
internal static class Pointers
{
    /// <summary>What a pointer points into: arithmetic does not leave the memory.</summary>
    public static Value Base(Value value) => value switch
    {
        OperatorValue { Kind: Operator.Offset } offset => Base(offset.Left),
        _ => value,
    };

    /// <summary>The memory that an address is in.</summary>
    public static Value Root(Value value) => value switch
    {
        OperatorValue { Kind: Operator.Offset or Operator.Derived } part => Root(part.Left),
        FieldAddress { Target: { } target } => Root(target),
        ElementAddress element => Root(element.Target),
        _ => value,
    };

    /// <summary>A pointer as it is written, without the casts around it.</summary>
    public static SyntaxNode WithoutCasts(SyntaxNode pointer) => pointer switch
    {
        CastExpressionSyntax cast => WithoutCasts(cast.Expression),
        ParenthesizedExpressionSyntax parenthesized => WithoutCasts(parenthesized.Expression),
        _ => pointer,
    };

    /// <summary>Whether a value is the memory's address, or made of it; what was read from the memory is not.</summary>
    public static bool Holds(Value value, Value memory)
    {
        if (!value.Mentions(memory))
            return false;
        if (value.Equals(memory))
            return true;
        if (value is EntryValue or OperatorValue { Kind: Operator.Equal or Operator.Less or Operator.Not or Operator.Matches or Operator.Measure or Operator.Answer })
            return false;

        foreach (var part in value.Parts)
        {
            if (Holds(part, memory))
                return true;
        }

        return false;
    }

    public static bool IsWithin(Value address, Value outer) =>
        address.Equals(outer) || (address is FieldAddress { Target: { } target } && IsWithin(target, outer));

    /// <summary>The variable that an address is in: its own, or that of a field of a struct; null where others may reach it too.</summary>
    public static ISymbol? VariableOf(Value address) => address switch
    {
        VariableAddress { Variable: var variable } => variable,
        FieldAddress { Target: { } target } => VariableOf(target),
        _ => null,
    };

    public static Value? KeeperOf(Value address) => address switch
    {
        FieldAddress { Target: FieldAddress inner } => KeeperOf(inner),
        FieldAddress { Target: SiteValue target } => target,
        _ => null,
    };

    /// <summary>Somewhere in the memory: whether at its start is not known.</summary>
    public static bool IsMoved(Value pointer) => pointer switch
    {
        OperatorValue => true,
        FieldAddress { Target: { } target } => IsMoved(target),
        ElementAddress element => !(element.Index is ConstantValue { Bits: 0 }) || IsMoved(element.Target),
        _ => false,
    };

    /// <summary>A value whose name is no other value's later on: names of what changes in loops are used again.</summary>
    public static bool IsLasting(Value value) => value switch
    {
        ConstantValue or ThisValue or VariableAddress => true,
        SiteValue site => !site.IsOldest && site.Place is null && (site.Part is 0 or >= 10 ? IsNamed(site.Syntax) : site.Syntax is SingleVariableDesignationSyntax or DeclarationExpressionSyntax),
        EntryValue or FieldAddress or ElementAddress or OperatorValue { Kind: Operator.Or or Operator.And } => value.Parts.All(IsLasting),
        _ => false,
    };

    // What a call gives, an indexer, or a loop for each round.
    private static bool IsNamed(SyntaxNode expression) => expression
        is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
        || (expression.Parent is ForEachStatementSyntax loop && loop.Type == expression);

    /// <summary>Which elements a loop comes to depends on a count that the summary does not keep.</summary>
    public static bool IsOfElement(Value value) => value is ElementAddress || (value is not SiteValue && value.Parts.Any(IsOfElement));

    public static bool IsInPlace(Value value) => value is EntryValue { Address: not VariableAddress };

    /// <summary>What a caller passed may be checked here, and the caller be the better for it.</summary>
    public static bool HoldsPointer(Value address)
    {
        var type = address switch
        {
            VariableAddress { Variable: IParameterSymbol parameter } => parameter.Type,
            FieldAddress { Field: IFieldSymbol field } => field.Type,
            _ => null,
        };
        return Places.IsAddress(type);
    }

    /// <summary>What a caller passed is the address of a place of its own.</summary>
    public static bool IsReference(Value address) => address is VariableAddress { Variable: IParameterSymbol { RefKind: not RefKind.None } };

    /// <summary>A place of the caller's that holds a pointer: what a parameter refers to, or points to.</summary>
    public static bool IsCallersPointer(Value address) => address is EntryValue { Address: VariableAddress { Variable: IParameterSymbol parameter } }
        && Places.IsAddress(parameter.RefKind == RefKind.None ? (parameter.Type as IPointerTypeSymbol)?.PointedAtType : parameter.Type);

    /// <summary>Caches, pools and handles are memory too, though no pointers.</summary>
    public static bool HoldsHandle(Value address) => address is VariableAddress { Variable: IParameterSymbol { Type: { SpecialType: SpecialType.None, TypeKind: not TypeKind.Enum } } };
}
