using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// Reads contract files: one member a line, its documentation ID, <c>" : "</c>, and its clauses. docs/contracts.md tells the
/// whole grammar. Any text can be read; what is wrong in it is told in <see cref="ContractFile.Errors"/>.
/// </summary>
internal static class ContractFileParser
{
    public static ContractFile Parse(string text)
    {
        var lines = ImmutableArray.CreateBuilder<ContractLine>();
        var errors = ImmutableArray.CreateBuilder<ContractFileError>();

        for (int start = 0, number = 0; start < text.Length; number++)
        {
            int end = EndOfLine(text, start);
            var parser = new ContractLineParser(text, start, end, number, errors);
            if (parser.Parse() is { } line)
                lines.Add(line);
            start = SkipLineBreak(text, end);
        }

        return new(lines.ToImmutable(), errors.ToImmutable());
    }

    private static int EndOfLine(string text, int start)
    {
        while (start < text.Length && !IsLineBreak(text[start]))
            start++;
        return start;
    }

    private static int SkipLineBreak(string text, int position)
    {
        bool isPair = position + 1 < text.Length && text[position] == '\r' && text[position + 1] == '\n';
        return position + (isPair ? 2 : 1);
    }

    // The same characters as the compiler's, so that its line numbers and ours agree.
    private static bool IsLineBreak(char c) => c is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029';
}
