using Microsoft.CodeAnalysis;
using Kmem.Analyzers.Tests.Support;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Breaks code the way typing does: always the same way, so that a failure can be repeated.</summary>
internal static class Mutations
{
    /// <summary>The code without one token, for about so many tokens evenly spread.</summary>
    public static IEnumerable<string> WithoutOneToken(string code, int count)
    {
        SyntaxToken[] tokens = Tokens(code);
        int step = Math.Max(1, tokens.Length / count);
        for (int index = 0; index < tokens.Length; index += step)
            yield return code.Remove(tokens[index].SpanStart, tokens[index].Span.Length);
    }

    /// <summary>The code without every <paramref name="step"/>th token.</summary>
    public static string WithoutEvery(string code, int step)
    {
        SyntaxToken[] tokens = Tokens(code);
        for (int index = (tokens.Length - 1) / step * step; index >= 0; index -= step)
            code = code.Remove(tokens[index].SpanStart, tokens[index].Span.Length);
        return code;
    }

    /// <summary>The beginnings of the code, about so many.</summary>
    public static IEnumerable<string> Beginnings(string code, int count)
    {
        int step = Math.Max(1, code.Length / count);
        for (int length = 1; length < code.Length; length += step)
            yield return code[..length];
    }

    /// <summary>The code with each token said twice, for about so many tokens.</summary>
    public static IEnumerable<string> WithOneTokenTwice(string code, int count)
    {
        SyntaxToken[] tokens = Tokens(code);
        int step = Math.Max(1, tokens.Length / count);
        for (int index = step / 2; index < tokens.Length; index += step)
            yield return code.Insert(tokens[index].SpanStart, tokens[index].Text + " ");
    }

    private static SyntaxToken[] Tokens(string code) => [.. SourceProject.Parse("Shape.cs", code).GetRoot().DescendantTokens()];
}
