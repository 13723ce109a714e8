using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

internal enum ContractTokenKind
{
    Name,
    String,
    Integer,
    Punctuation,
    End,
}

/// <summary>A piece of a contract line behind the documentation ID.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it starts in the file's text, in characters.</param>
/// <param name="Length">Its length in the text, in characters; 0 for the end.</param>
/// <param name="Text">A string's contents; what is written, for all other kinds.</param>
/// <param name="Integer">An integer's value.</param>
internal readonly record struct ContractToken(ContractTokenKind Kind, int Start, int Length, string Text, long Integer = 0)
{
    public bool Is(char punctuation) => Kind == ContractTokenKind.Punctuation && Text[0] == punctuation;

    /// <summary>The token as a message shows it.</summary>
    public LocalizableString Description => Kind switch
    {
        ContractTokenKind.End => Rules.Text("Line_End"),
        ContractTokenKind.String => Rules.Text("Line_String", Text),
        _ => Rules.Text("Line_Token", Text),
    };
}
