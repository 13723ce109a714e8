using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>Reads one line of a contract file: finds the documentation ID, and leaves the rest to the clauses' parser.</summary>
internal sealed class ContractLineParser(
    string text, int start, int end, int line, ImmutableArray<ContractFileError>.Builder errors)
{
    /// <summary>The line, or null where it is blank, a comment, or has an error (which then is among the errors).</summary>
    public ContractLine? Parse()
    {
        int first = SkipBlanks(start);
        if (first == end || text[first] == '#')
            return null;

        int separator = FindSeparator(first);
        if (separator < 0)
        {
            Fail(Rules.Text("Line_NoSeparator"), first, TrimEnd(first, end) - first);
            return null;
        }

        int length = TrimEnd(first, separator) - first;
        string id = text.Substring(first, length);
        if (DescribeProblem(id) is { } problem)
        {
            Fail(problem, first, length);
            return null;
        }

        int before = errors.Count;
        var clauses = ParseClauses(separator + 1);
        return errors.Count == before ? new(id, clauses, line, first, length) : null;
    }

    private ImmutableArray<ContractClause> ParseClauses(int clausesStart)
    {
        var lexer = new ContractLexer(text, clausesStart, end);
        var tokens = lexer.Read();
        if (lexer.Error is { } error)
        {
            Fail(error.Message, error.Start, error.Length);
            return [];
        }

        return new ContractClauseParser(tokens, line, errors).Parse();
    }

    // IDs contain colons, but none with blanks around.
    private int FindSeparator(int first)
    {
        for (int i = first; i < end; i++)
        {
            if (text[i] == ':' && IsBlankOrOutside(i - 1, first) && IsBlankOrOutside(i + 1, first))
                return i;
        }

        return -1;
    }

    private bool IsBlankOrOutside(int position, int first) =>
        position < first || position >= end || char.IsWhiteSpace(text[position]);

    private static LocalizableString? DescribeProblem(string id)
    {
        if (id.Length == 0)
            return Rules.Text("Line_NoId");
        if (id.Any(char.IsWhiteSpace))
            return Rules.Text("Line_BlankInId", id);
        if (id.Length < 2 || id[1] != ':' || "MPT".IndexOf(id[0]) < 0)
            return Rules.Text("Line_WrongId", id);
        return id.Length == 2 ? Rules.Text("Line_EmptyId", id) : null;
    }

    private int SkipBlanks(int position)
    {
        while (position < end && (char.IsWhiteSpace(text[position]) || IsByteOrderMark(position)))
            position++;
        return position;
    }

    private int TrimEnd(int first, int position)
    {
        while (position > first && char.IsWhiteSpace(text[position - 1]))
            position--;
        return position;
    }

    private bool IsByteOrderMark(int position) => position == 0 && text[0] == '\uFEFF';

    private void Fail(LocalizableString message, int errorStart, int length) => errors.Add(new(message, errorStart, length, line));
}
