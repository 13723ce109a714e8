using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>What a failed allocation is compared with, as the holder's type wants it written.</summary>
internal static class FailureValue
{
    public static string Spell(string literal, ITypeSymbol place, int position, SemanticModel model) => place switch
    {
        IPointerTypeSymbol when literal is not "null" and not "0" => "(" + Spelling.OfType(model, position, place) + ")" + "(" + literal + ")",
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => "null",
        INamedTypeSymbol { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr, IsNativeIntegerType: false } when literal is "0" or "null" =>
            Spelling.OfType(model, position, place) + ".Zero",
        INamedTypeSymbol { SpecialType: SpecialType.System_UIntPtr } when literal.StartsWith("-", StringComparison.Ordinal) => "unchecked((nuint)(" + literal + "))",
        INamedTypeSymbol { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => literal == "null" ? "0" : literal,
        _ => literal,
    };
}
