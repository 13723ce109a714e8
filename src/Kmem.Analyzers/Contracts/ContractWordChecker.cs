using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

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
            Fail(Rules.Composed("Line_UnknownWord", token.Text, Describe(target.Kind), string.Join(", ", possible)), token);
            return null;
        }

        if (word.MayStandOn(target.Kind))
            return word;

        var places = word.Targets.Select(Describe).Aggregate((first, second) => Rules.Composed("Line_Or", first, second));
        Fail(Rules.Composed("Line_WrongTarget", word.Name, Describe(target.Kind), places), token);
        return null;
    }

    private void CheckArgument(ContractWord word, ContractArgument argument)
    {
        if (argument.Name is { } name)
            CheckNamed(word, name, argument.Value);
        else if (_isBehindNamed)
            Fail(Rules.Text("Line_UnnamedBehindNamed"), argument.Value);
        else
            CheckPositional(word, argument.Value);
    }

    private void CheckNamed(ContractWord word, ContractToken name, ContractToken value)
    {
        _isBehindNamed = true;
        var parameter = word.Named.FirstOrDefault(parameter => parameter.Name == name.Text);
        if (parameter.Name is null)
            Fail(Rules.Text("Line_UnknownArgument", word.Name, name.Text, word.Usage), name);
        else if (_named.ContainsKey(name.Text))
            Fail(Rules.Text("Line_ArgumentTwice", name.Text), name);
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
            Fail(DescribeCount(word, count), token);
    }

    private static LocalizableString DescribeCount(ContractWord word, int count) => count == 1
        ? Rules.Text("Line_OneArgument", word.Name, word.Usage)
        : Rules.Text("Line_ManyArguments", word.Name, count.ToString(CultureInfo.InvariantCulture), word.Usage);

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
            Fail(Rules.Composed("Line_WrongValue", value.Description, parameter.Name, DescribeValues(parameter.Type)), value);
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

    private static LocalizableString DescribeValues(ContractValueType type) => type switch
    {
        ContractValueType.Text => Rules.Text("Line_ValueText"),
        ContractValueType.Number => Rules.Text("Line_ValueNumber"),
        ContractValueType.Flag => Rules.Text("Line_ValueFlag"),
        _ => Rules.Text("Line_ValueOneOf", string.Join(", ", ContractVocabulary.EnumMembers(type))),
    };

    private static LocalizableString Describe(ContractTargetKind kind) => kind switch
    {
        ContractTargetKind.Member => Rules.Text("Line_TargetMember"),
        ContractTargetKind.Return => Rules.Text("Line_TargetReturn"),
        ContractTargetKind.This => Rules.Text("Line_TargetThis"),
        _ => Rules.Text("Line_TargetParameter"),
    };

    private void Fail(LocalizableString message, ContractToken at) => errors.Add(new(message, at.Start, at.Length, line));
}
