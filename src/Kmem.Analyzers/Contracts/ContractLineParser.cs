using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>Reads one line of a contract file: finds the documentation ID, and leaves the rest to the clauses' parser.</summary>
internal sealed class ContractLineParser(
    string text, int start, int end, int line, ImmutableArray<ContractFileError>.Builder errors)
{
    private const string MemberKinds = "M: for a method, constructor, accessor or operator, P: for a property, T: for a type or delegate";

    /// <summary>The line, or null where it is blank, a comment, or has an error (which then is among the errors).</summary>
    public ContractLine? Parse()
    {
        int first = SkipBlanks(start);
        if (first == end || text[first] == '#')
            return null;

        int separator = FindSeparator(first);
        if (separator < 0)
        {
            Fail("The line has no ' : ' between the documentation ID and its words; write, for example, 'M:Library.Wait(System.Int32) : MightSleep'.",
                first, TrimEnd(first, end) - first);
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

    private static string? DescribeProblem(string id)
    {
        if (id.Length == 0)
            return $"The line has no documentation ID in front of ' : '; it starts with {MemberKinds}.";
        if (id.Any(char.IsWhiteSpace))
            return $"The documentation ID '{id}' contains a blank; IDs have none, also not behind the commas between parameters.";
        if (id.Length < 2 || id[1] != ':' || "MPT".IndexOf(id[0]) < 0)
            return $"'{id}' is not the documentation ID of a member that can have a contract; it starts with {MemberKinds}.";
        return id.Length == 2 ? $"The documentation ID '{id}' names nothing; the member's full name follows the colon." : null;
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

    private void Fail(string message, int errorStart, int length) => errors.Add(new(message, errorStart, length, line));
}
