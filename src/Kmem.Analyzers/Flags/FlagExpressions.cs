using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flags;

/// <summary>Looks at how flags are written, wherever that is: KMEM3003 and 3004.</summary>
internal static class FlagExpressions
{
    /// <summary>Looks at code that mentions flags.</summary>
    public static void Check(SyntaxNode code, SemanticModel model, Action<Diagnostic> report, CancellationToken cancellation)
    {
        // The flags themselves are written in their enum.
        if (code.FirstAncestorOrSelf<EnumDeclarationSyntax>() is not null)
            return;

        foreach (var node in code.DescendantNodesAndSelf())
        {
            var found = node switch
            {
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression, Parent: not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } } or
                    => CheckCombination(or, model, cancellation),
                CastExpressionSyntax cast => CheckCast(cast, model, cancellation),
                _ => null,
            };
            if (found is not null && Reachability.IsReached(node, model, cancellation))
                report(found);
        }
    }

    /// <summary>What an expression puts together with <c>|</c>; the expression itself where it does not.</summary>
    public static IEnumerable<SyntaxNode> OperandsOf(SyntaxNode expression) => expression switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } or => OperandsOf(or.Left).Concat(OperandsOf(or.Right)),
        ParenthesizedExpressionSyntax parenthesized => OperandsOf(parenthesized.Expression),
        _ => new[] { expression },
    };

    /// <summary>The last name of a name; null for another expression.</summary>
    public static string? NameOf(SyntaxNode operand) => operand switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };

    private static Diagnostic? CheckCombination(BinaryExpressionSyntax or, SemanticModel model, CancellationToken cancellation)
    {
        var operands = OperandsOf(or).ToList();
        if (!operands.Exists(operand => NameOf(operand)?.StartsWith("__", StringComparison.Ordinal) == true) || IsMask(or))
            return null;

        var flags = operands.ConvertAll(operand => FlagAt(operand, model, cancellation));
        if (flags.Contains(null) || FindTypeFlag(flags!) is not { } names)
            return null;

        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.WholeFlags, string.Join(",", names))
            .Add(DiagnosticProperties.FlagsType, flags[0]!.ContainingType.ToDisplayString());
        return Diagnostic.Create(Rules.HandCombinedFlags, or.GetLocation(), properties, or.ToString(), string.Join(" | ", names));
    }

    // What is taken away or asked for, bit by bit, is no way to allocate.
    private static bool IsMask(ExpressionSyntax expression) => expression.Parent switch
    {
        ParenthesizedExpressionSyntax parenthesized => IsMask(parenthesized),
        PrefixUnaryExpressionSyntax => true,
        BinaryExpressionSyntax => true,
        AssignmentExpressionSyntax assignment => !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && !assignment.IsKind(SyntaxKind.OrAssignmentExpression),
        _ => false,
    };

    private static IFieldSymbol? FlagAt(SyntaxNode operand, SemanticModel model, CancellationToken cancellation) =>
        NameOf(operand) is not null
        && model.GetSymbolInfo(operand, cancellation).Symbol is IFieldSymbol { HasConstantValue: true } field && IsFlags(field.ContainingType)
            ? field
            : null;

    private static bool IsFlags(ITypeSymbol? type) => type is { TypeKind: TypeKind.Enum } && FlagBits.Find(type, FlagNames.Wait) is not null;

    // A type flag that the parts make up, without being one of them, and with the zones that stand beside it.
    private static List<string>? FindTypeFlag(List<IFieldSymbol> parts)
    {
        var type = parts[0].ContainingType;
        var zoneBits = FlagNames.Zones.Aggregate(0L, (bits, name) => bits | (FlagBits.Find(type, name) ?? 0));
        var modifiers = parts.Where(part => (BitsOf(part) & ~zoneBits) != 0).ToList();
        var zones = parts.Except(modifiers, SymbolEqualityComparer.Default).Select(part => part!.Name).Distinct().ToList();
        var bits = modifiers.Aggregate(0L, (all, part) => all | BitsOf(part));
        if (modifiers.Count < 2 || !parts.All(part => SymbolEqualityComparer.Default.Equals(part.ContainingType, type)) || modifiers.Exists(part => BitsOf(part) == bits))
            return null;

        var whole = FlagBits.Members(type).FirstOrDefault(member => IsTypeFlag(member.Name) && member.Bits == bits);
        return whole.Name is null ? null : zones.Prepend(whole.Name).ToList();
    }

    private static bool IsTypeFlag(string name) => !name.StartsWith("__", StringComparison.Ordinal);

    private static long BitsOf(IFieldSymbol flag) => FlagBits.Find(flag.ContainingType, flag.Name) ?? 0;

    private static Diagnostic? CheckCast(CastExpressionSyntax cast, SemanticModel model, CancellationToken cancellation)
    {
        if (cast.Type is PredefinedTypeSyntax or PointerTypeSyntax or IdentifierNameSyntax { Identifier.ValueText: "nint" or "nuint" } || model.GetTypeInfo(cast.Type, cancellation).Type is not { } type || !IsFlags(type))
            return null;

        var known = FlagBits.Members(type).Aggregate(0L, (bits, member) => bits | member.Bits);
        var strange = StrangeBits(cast.Expression, type, known, model, cancellation);
        return strange == 0
            ? null
            : Diagnostic.Create(Rules.UnknownFlagBits, cast.GetLocation(), cast.ToString(), "0x" + strange.ToString("x", System.Globalization.CultureInfo.InvariantCulture), type.Name);
    }

    private static long StrangeBits(ExpressionSyntax expression, ITypeSymbol type, long known, SemanticModel model, CancellationToken cancellation)
    {
        var constant = model.GetConstantValue(expression, cancellation);
        if (constant.HasValue)
            return constant.Value is IConvertible and not (string or bool or double or float or decimal or char) ? ToBits(constant.Value) & ~known : 0;

        // Of a variable of another enum it is known that it holds some member of that.
        if (model.GetTypeInfo(expression, cancellation).Type is not { TypeKind: TypeKind.Enum } other || SymbolEqualityComparer.Default.Equals(other, type))
            return 0;

        var members = FlagBits.Members(other).Where(member => member.Bits != 0).ToList();
        return members.Count > 0 && members.TrueForAll(member => (member.Bits & ~known) != 0)
            ? members.Aggregate(0L, (bits, member) => bits | (member.Bits & ~known))
            : 0;
    }

    // The enum has 32 bits: what a negative number has above them is cut off.
    private static long ToBits(object value)
    {
        var bits = value is ulong large ? unchecked((long)large) : Convert.ToInt64(value, null);
        return bits < 0 ? bits & uint.MaxValue : bits;
    }
}
