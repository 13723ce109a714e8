using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>The name of a new variable.</summary>
internal static class FreeName
{
    /// <summary>The name wanted, with a number where it means something else anywhere in the function.</summary>
    /// <param name="plan">The plan that declares it, if that may declare others.</param>
    public static string Of(string wanted, StatementSyntax statement, FixSite site, FixPlan? plan = null)
    {
        var function = Statements.Function(statement);
        var taken = function is null ? [] : new HashSet<string>(function.DescendantTokens().Select(token => token.ValueText), StringComparer.Ordinal);
        var number = 1;
        var name = wanted;
        while (taken.Contains(name) || plan?.Changes.Any(change => change.NewText!.Contains(name)) == true || (function is not null && site.Accepted.Writes(name, function.FullSpan)) || site.Model.LookupSymbols(statement.SpanStart, name: name).Any())
            name = wanted + ++number;
        return name;
    }
}
