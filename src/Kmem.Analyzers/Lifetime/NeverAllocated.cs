using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Addresses that no allocator gave: of variables and fields, of stack and pinned memory, into the middle of something.</summary>
internal static class NeverAllocated
{
    /// <summary>The resource that says what an address is; null where it may be that of an allocation.</summary>
    public static string? Find(Value pointer, LifetimeState state) => pointer switch
    {
        VariableAddress => "Never_Variable",
        FieldAddress field => FindField(field, state),
        ElementAddress { Index: ConstantValue { Bits: 0 } } element => Find(element.Target, state),
        ElementAddress { Index: ConstantValue } => "Never_Middle",
        OperatorValue { Kind: Operator.Offset, Right: ConstantValue { Bits: not 0 } } offset when state.Objects.Find(offset.Left) is not null => "Never_Middle",
        OperatorValue { Kind: Operator.Offset } offset when !(offset.Left is VariableAddress or FieldAddress) => Find(offset.Left, state),
        SiteValue { Syntax: StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax } => "Never_Stack",
        SiteValue { Syntax.Parent: EqualsValueClauseSyntax { Parent.Parent.Parent: FixedStatementSyntax } } => "Never_Pinned",
        ConstantValue { Bits: not (null or 0) } => "Never_Constant",
        _ => null,
    };

    private static string? FindField(FieldAddress field, LifetimeState state)
    {
        if (field.Target is not { } target || field.Field.ContainingType is not { IsReferenceType: false } type)
            return "Never_Field";
        if (target is VariableAddress)
            return "Never_Variable";

        return IsFirst(field.Field, type) ? Find(target, state) : "Never_Middle";
    }

    // Where the layout is not sequential, nothing is said of the order.
    private static bool IsFirst(ISymbol field, INamedTypeSymbol type)
    {
        var layout = type.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == "StructLayoutAttribute");
        if (layout is not null && !Equals(layout.ConstructorArguments.FirstOrDefault().Value, (int)LayoutKind.Sequential))
            return true;

        var fields = type.GetMembers().OfType<IFieldSymbol>().Where(member => !member.IsStatic && !member.IsConst).ToImmutableArray();
        return fields.IsEmpty || SymbolEqualityComparer.Default.Equals(fields[0], field) || SymbolEqualityComparer.Default.Equals(fields[0].AssociatedSymbol, field);
    }
}
