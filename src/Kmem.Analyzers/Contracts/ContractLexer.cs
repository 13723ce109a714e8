using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>Cuts one line of a contract file, behind its documentation ID, into tokens.</summary>
internal sealed class ContractLexer(string text, int start, int end)
{
    private const string PunctuationCharacters = "(),;=";

    private readonly List<ContractToken> _tokens = [];
    private int _position = start;

    /// <summary>What stopped the reading, or null.</summary>
    public ContractLexerError? Error { get; private set; }

    /// <summary>Reads the tokens, up to the first that is none; the last one is always the end.</summary>
    public List<ContractToken> Read()
    {
        for (SkipBlanks(); Error is null && !IsAtEnd; SkipBlanks())
            ReadToken(text[_position]);
        _tokens.Add(new(ContractTokenKind.End, _position, 0, ""));
        return _tokens;
    }

    // A comment ends the line. (In documentation IDs the character is part of constructors' names: #ctor.)
    private bool IsAtEnd => _position >= end || text[_position] == '#';

    private void SkipBlanks()
    {
        while (_position < end && char.IsWhiteSpace(text[_position]))
            _position++;
    }

    private void ReadToken(char first)
    {
        if (PunctuationCharacters.IndexOf(first) >= 0)
            Add(ContractTokenKind.Punctuation, _position + 1);
        else if (first == '"')
            ReadString();
        else if (first == '-' || IsDigit(first))
            ReadInteger();
        else if (IsNamePart(first) || IsEscapedName(first))
            Add(ContractTokenKind.Name, EndOfName(_position + 1));
        else
            Fail(Rules.Text("Line_Character", first.ToString()), _position, 1);
    }

    private void ReadString()
    {
        var contents = new StringBuilder();
        for (int i = _position + 1; i < end; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                _tokens.Add(new(ContractTokenKind.String, _position, i + 1 - _position, contents.ToString()));
                _position = i + 1;
                return;
            }

            if (c == '\\')
            {
                if (++i >= end)
                    break;
                c = text[i];
                if (c is not ('"' or '\\'))
                {
                    Fail(Rules.Text("Line_Escape", c.ToString()), i - 1, 2);
                    return;
                }
            }

            contents.Append(c);
        }

        Fail(Rules.Text("Line_OpenString"), _position, end - _position);
    }

    private void ReadInteger()
    {
        int next = EndOfName(_position + 1);
        string written = text.Substring(_position, next - _position);
        if (!TryParseInteger(written, out long value))
        {
            Fail(Rules.Text("Line_Integer", written, Text(long.MinValue), Text(long.MaxValue)), _position, written.Length);
            return;
        }

        _tokens.Add(new(ContractTokenKind.Integer, _position, written.Length, written, value));
        _position = next;
    }

    private static bool TryParseInteger(string written, out long value)
    {
        bool negative = written[0] == '-';
        string digits = negative ? written.Substring(1) : written;
        bool hexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool parsed = hexadecimal
            ? ulong.TryParse(digits.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong magnitude)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude);

        value = unchecked(negative ? -(long)magnitude : (long)magnitude);
        return parsed && magnitude <= (negative ? 1ul << 63 : long.MaxValue);
    }

    private void Add(ContractTokenKind kind, int next)
    {
        _tokens.Add(new(kind, _position, next - _position, text.Substring(_position, next - _position)));
        _position = next;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Fail(LocalizableString message, int errorStart, int length) => Error = new(message, errorStart, length);

    private int EndOfName(int position)
    {
        while (position < end && IsNamePart(text[position]))
            position++;
        return position;
    }

    // A dot is no part of a name, but "Outcome.True" is better refused as a whole, with the right spelling, than at its dot.
    private static bool IsNamePart(char c) => c is '_' or '.' || char.IsLetterOrDigit(c);

    // The @ of C#, for parameters called this or return.
    private bool IsEscapedName(char first) => first == '@' && EndOfName(_position + 1) > _position + 1;

    private static bool IsDigit(char c) => c is >= '0' and <= '9';
}
