using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>A parameter of a word: its name, its type, and whether it may be left out or given many times.</summary>
internal readonly record struct ContractParameter(string Name, ContractValueType Type, bool IsOptional = false, bool IsRepeated = false);

/// <summary>One word of the vocabulary: where it may stand, and which arguments it takes.</summary>
/// <param name="Name">The word, which is its attribute's name without "Attribute".</param>
/// <param name="AttributeName">The attribute's full metadata name; null for a word of contract files only.</param>
/// <param name="Targets">What the word may speak of.</param>
internal sealed record ContractWord(string Name, string? AttributeName, ImmutableArray<ContractTargetKind> Targets)
{
    /// <summary>The positional parameters: the constructor's.</summary>
    public ImmutableArray<ContractParameter> Parameters { get; init; } = [];

    /// <summary>The named parameters: the attribute's properties, all of which may be left out.</summary>
    public ImmutableArray<ContractParameter> Named { get; init; } = [];

    /// <summary>Whether the word is an attribute of Kmem's own: those about null are every C# program's.</summary>
    public bool IsKmemAttribute => AttributeName?.StartsWith("Kmem.", StringComparison.Ordinal) == true;

    /// <summary>Whether the last positional argument may be given many times.</summary>
    public bool TakesAnyNumber => Parameters.Any(parameter => parameter.IsRepeated);

    /// <summary>How the word is written, for messages: <c>Frees(string families, ..., When = Outcome)</c>.</summary>
    public string Usage
    {
        get
        {
            var parameters = Parameters.Select(DescribePositional).Concat(Named.Select(DescribeNamed)).ToArray();
            return parameters.Length == 0 ? Name : $"{Name}({string.Join(", ", parameters)})";
        }
    }

    public bool MayStandOn(ContractTargetKind target) => Targets.Contains(target);

    public ContractWord With(string parameter, ContractValueType type, bool optional = false, bool repeated = false) =>
        this with { Parameters = Parameters.Add(new(parameter, type, optional, repeated)) };

    public ContractWord WithNamed(string parameter, ContractValueType type) =>
        this with { Named = Named.Add(new(parameter, type, IsOptional: true)) };

    private static string DescribePositional(ContractParameter parameter)
    {
        string text = $"{ContractVocabulary.Describe(parameter.Type)} {parameter.Name}";
        if (parameter.IsRepeated)
            text += ", ...";
        return parameter.IsOptional ? $"[{text}]" : text;
    }

    private static string DescribeNamed(ContractParameter parameter) =>
        $"{parameter.Name} = {ContractVocabulary.Describe(parameter.Type)}";
}
