using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>The shortest name by which code at a position means a symbol: bare, through its type, an alias, or in full.</summary>
internal static class Spelling
{
    /// <summary>A static member or an enum's member.</summary>
    public static string OfMember(SemanticModel model, int position, ISymbol member) =>
        IsMeantBy(model, position, member) ? member.Name : OfType(model, position, member.ContainingType) + "." + member.Name;

    public static string OfType(SemanticModel model, int position, ITypeSymbol type) => type.ToMinimalDisplayString(model, position);

    /// <summary>True if the bare name means the member, or its overloads, here: imported by <c>using static</c> or inherited, and not hidden.</summary>
    private static bool IsMeantBy(SemanticModel model, int position, ISymbol member)
    {
        var found = model.LookupSymbols(position, name: member.Name);
        return found.Any(symbol => SymbolEqualityComparer.Default.Equals(symbol.OriginalDefinition, member.OriginalDefinition))
            && found.All(symbol => SymbolEqualityComparer.Default.Equals(symbol.ContainingType, member.ContainingType));
    }
}
