using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A release with a hole for the memory: <c>kmem_cache_free(cache, {0})</c>, <c>{0}.Free()</c>.</summary>
internal sealed class ReleaseTemplate
{
    private const string Hole = "{0}";

    private ReleaseTemplate(string text, string? callee, string before, string after)
    {
        Text = text;
        Callee = callee;
        Before = before;
        After = after;
    }

    public string Text { get; }

    /// <summary>The function's bare name, which is to be qualified; null where the template says all (<c>pool.Return({0})</c>).</summary>
    public string? Callee { get; }

    /// <summary>What stands between the callee and the memory.</summary>
    public string Before { get; }

    /// <summary>What stands behind the memory.</summary>
    public string After { get; }

    /// <summary>Null for a text that is no call with one hole.</summary>
    public static ReleaseTemplate? Parse(string text)
    {
        var hole = text.IndexOf(Hole, StringComparison.Ordinal);
        if (hole < 0 || SyntaxFactory.ParseExpression(text.Replace(Hole, "_")) is not InvocationExpressionSyntax { ContainsDiagnostics: false } call)
            return null;

        var callee = call.Expression is IdentifierNameSyntax name ? name.Identifier.Text : null;
        var start = callee?.Length ?? 0;
        return new ReleaseTemplate(text, callee, text.Substring(start, hole - start), text.Substring(hole + Hole.Length));
    }
}
