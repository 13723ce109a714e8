using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>The name by which a call names its callee.</summary>
internal static class CallNames
{
    /// <summary>Without what qualifies it; null where the callee has no name.</summary>
    public static SimpleNameSyntax? Of(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name,
        MemberAccessExpressionSyntax access => access.Name,
        _ => null,
    };

    /// <summary>Without what qualifies it, as it is read in a message.</summary>
    public static string Text(InvocationExpressionSyntax call) => Of(call)?.Identifier.ValueText ?? call.Expression.ToString();
}
