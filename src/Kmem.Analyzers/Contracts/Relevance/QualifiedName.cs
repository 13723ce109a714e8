using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>A name and what it is a member of.</summary>
internal static class QualifiedName
{
    /// <summary>All of <c>device.Lock</c>, of <c>Lock</c> in it; the name itself where nothing stands in front of it.</summary>
    public static ExpressionSyntax Of(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
}
