using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>Checks a word and its arguments against the vocabulary, and makes the clause of them.</summary>
internal sealed class ContractWordChecker(int line, ImmutableArray<ContractFileError>.Builder errors)
{
    private readonly ImmutableArray<object>.Builder _positional = ImmutableArray.CreateBuilder<object>();
    private readonly ImmutableDictionary<string, object>.Builder _named = ImmutableDictionary.CreateBuilder<string, object>();
    private int _positionalRead;
    private bool _isBehindNamed;

    /// <summary>The clause, or null where something is wrong (which then is among the errors).</summary>
    public ContractClause? Check(ContractTarget target, ContractToken token, List<ContractArgument> arguments)
    {
        int before = errors.Count;
        if (FindWord(target, token) is not { } word)
            return null;

        foreach (var argument in arguments)
            CheckArgument(word, argument);
        CheckCount(word, token, arguments);
        return errors.Count == before ? new(target, word.Name, _positional.ToImmutable(), _named.ToImmutable()) : null;
    }

    private ContractWord? FindWord(ContractTarget target, ContractToken token)
    {
        var word = ContractVocabulary.Find(token.Text);
        if (word is null)
        {
            var possible = ContractVocabulary.Words.Where(other => other.MayStandOn(target.Kind)).Select(other => other.Name);
            Fail($"'{token.Text}' is not a word of contracts; {Describe(target.Kind)} can have {string.Join(", ", possible)}.", token);
            return null;
        }

        if (word.MayStandOn(target.Kind))
            return word;

        string places = string.Join(" or ", word.Targets.Select(Describe));
        Fail($"'{word.Name}' cannot be said of {Describe(target.Kind)}, only of {places}.", token);
        return null;
    }

    private void CheckArgument(ContractWord word, ContractArgument argument)
    {
        if (argument.Name is { } name)
            CheckNamed(word, name, argument.Value);
        else if (_isBehindNamed)
            Fail("An argument without a name stands behind one with a name; put it in front.", argument.Value);
        else
            CheckPositional(word, argument.Value);
    }

    private void CheckNamed(ContractWord word, ContractToken name, ContractToken value)
    {
        _isBehindNamed = true;
        var parameter = word.Named.FirstOrDefault(parameter => parameter.Name == name.Text);
        if (parameter.Name is null)
            Fail($"'{word.Name}' has no argument named '{name.Text}'; it is written {word.Usage}.", name);
        else if (_named.ContainsKey(name.Text))
            Fail($"The argument '{name.Text}' is given twice; remove one.", name);
        else if (Convert(parameter, value) is { } converted)
            _named.Add(name.Text, converted);
    }

    private void CheckPositional(ContractWord word, ContractToken value)
    {
        // Surplus arguments are told once, with their number, by CheckCount.
        if (ParameterAt(word, _positionalRead++) is { } parameter && Convert(parameter, value) is { } converted)
            _positional.Add(converted);
    }

    private static ContractParameter? ParameterAt(ContractWord word, int index)
    {
        if (index < word.Parameters.Length)
            return word.Parameters[index];
        return word.TakesAnyNumber ? word.Parameters.Last() : null;
    }

    private void CheckCount(ContractWord word, ContractToken token, List<ContractArgument> arguments)
    {
        int count = arguments.Count(argument => argument.Name is null);
        int required = word.Parameters.Count(parameter => !parameter.IsOptional);
        bool tooMany = count > word.Parameters.Length && !word.TakesAnyNumber;
        if (count < required || tooMany)
            Fail($"'{word.Name}' cannot have {count} argument{(count == 1 ? "" : "s")} without a name; it is written {word.Usage}.", token);
    }

    private object? Convert(ContractParameter parameter, ContractToken value)
    {
        object? converted = parameter.Type switch
        {
            ContractValueType.Text => value.Kind == ContractTokenKind.String ? value.Text : null,
            ContractValueType.Number => value.Kind == ContractTokenKind.Integer ? value.Integer : null,
            ContractValueType.Flag => ConvertFlag(value),
            _ => ConvertEnum(parameter.Type, value),
        };

        if (converted is null)
            Fail($"{value.Description} is not possible for '{parameter.Name}'; {DescribeValues(parameter.Type)} is expected.", value);
        return converted;
    }

    private static object? ConvertFlag(ContractToken value) => value switch
    {
        { Kind: ContractTokenKind.Name, Text: "true" } => true,
        { Kind: ContractTokenKind.Name, Text: "false" } => false,
        _ => null,
    };

    private static EnumMember? ConvertEnum(ContractValueType type, ContractToken value) =>
        value.Kind == ContractTokenKind.Name && ContractVocabulary.EnumMembers(type).Contains(value.Text)
            ? new EnumMember(value.Text)
            : null;

    private static string DescribeValues(ContractValueType type) => type switch
    {
        ContractValueType.Text => "a string in quotes",
        ContractValueType.Number => "an integer",
        ContractValueType.Flag => "true or false",
        _ => $"one of {string.Join(", ", ContractVocabulary.EnumMembers(type))}",
    };

    private static string Describe(ContractTargetKind kind) => kind switch
    {
        ContractTargetKind.Member => "the member itself",
        ContractTargetKind.Return => "'return'",
        ContractTargetKind.This => "'this'",
        _ => "a parameter",
    };

    private void Fail(string message, ContractToken at) => errors.Add(new(message, at.Start, at.Length, line));
}
