using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Where C# lets code write pointers.</summary>
internal static class UnsafeCode
{
    public static bool Surrounds(SyntaxNode node) => node.Ancestors().Any(ancestor => ancestor switch
    {
        UnsafeStatementSyntax => true,
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        _ => false,
    });

    /// <summary>Whether a text casts to a pointer.</summary>
    public static bool IsNeededFor(string text) => text.Contains("*)");
}
