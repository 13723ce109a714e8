using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// Reads the clauses of one line: an optional target, then words with their arguments, checked against the vocabulary.
/// Wrong grammar ends the reading, as nothing behind it can be trusted; a wrong word does not.
/// </summary>
internal sealed class ContractClauseParser(
    List<ContractToken> tokens, int line, ImmutableArray<ContractFileError>.Builder errors)
{
    private readonly ImmutableArray<ContractClause>.Builder _clauses = ImmutableArray.CreateBuilder<ContractClause>();
    private int _next;

    private ContractToken Current => tokens[_next];

    public ImmutableArray<ContractClause> Parse()
    {
        bool goesOn;
        do
        {
            goesOn = ParseClause() && Accept(';');
        }
        while (goesOn);
        return _clauses.ToImmutable();
    }

    private bool ParseClause()
    {
        var target = ParseTarget();
        do
        {
            if (!ParseWord(target))
                return false;
        }
        while (Accept(','));

        bool ends = Current.Kind == ContractTokenKind.End || Current.Is(';');
        if (!ends)
            Fail(Rules.Composed("Line_ClauseEndExpected", Current.Description));
        return ends;
    }

    // Two names in a row are a target and its first word.
    private ContractTarget ParseTarget()
    {
        if (Current.Kind != ContractTokenKind.Name || tokens[_next + 1].Kind != ContractTokenKind.Name)
            return ContractTarget.Member;

        string name = Take().Text;
        return name switch
        {
            "this" => ContractTarget.This,
            "return" => ContractTarget.Return,
            _ => ContractTarget.OfParameter(name.TrimStart('@')),
        };
    }

    private bool ParseWord(ContractTarget target)
    {
        if (Current.Kind != ContractTokenKind.Name)
        {
            Fail(Rules.Composed("Line_WordExpected", Current.Description));
            return false;
        }

        var word = Take();
        if (ParseArguments() is not { } arguments)
            return false;
        if (new ContractWordChecker(line, errors).Check(target, word, arguments) is { } clause)
            _clauses.Add(clause);
        return true;
    }

    /// <summary>The arguments in parentheses, none where there are no parentheses, null where they cannot be read.</summary>
    private List<ContractArgument>? ParseArguments()
    {
        var arguments = new List<ContractArgument>();
        if (!Accept('(') || Accept(')'))
            return arguments;

        do
        {
            if (ParseArgument() is not { } argument)
                return null;
            arguments.Add(argument);
        }
        while (Accept(','));

        if (Accept(')'))
            return arguments;
        Fail(Rules.Composed("Line_ArgumentsEndExpected", Current.Description));
        return null;
    }

    private ContractArgument? ParseArgument()
    {
        ContractToken? name = null;
        if (Current.Kind == ContractTokenKind.Name && tokens[_next + 1].Is('='))
        {
            name = Take();
            Take();
        }

        if (Current.Kind is ContractTokenKind.Name or ContractTokenKind.String or ContractTokenKind.Integer)
            return new(name, Take());

        Fail(Rules.Composed("Line_ArgumentExpected", Current.Description));
        return null;
    }

    private ContractToken Take() => tokens[_next++];

    private bool Accept(char punctuation)
    {
        bool accepted = Current.Is(punctuation);
        if (accepted)
            _next++;
        return accepted;
    }

    private void Fail(LocalizableString message) => errors.Add(new(message, Current.Start, Current.Length, line));
}
