using Kmem.Analyzers.Contracts;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>Writes clauses as contract files spell them, so that tests can compare text.</summary>
internal static class ContractClauseText
{
    public static string Write(ContractClause clause)
    {
        var named = clause.Named.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} = {Write(pair.Value)}");
        string[] arguments = [.. clause.Arguments.Select(Write), .. named];
        string word = arguments.Length == 0 ? clause.Word : $"{clause.Word}({string.Join(", ", arguments)})";
        return Write(clause.Target) + word;
    }

    public static string Write(IEnumerable<ContractClause> clauses) => string.Join("; ", clauses.Select(Write));

    private static string Write(ContractTarget target) => target.Kind switch
    {
        ContractTargetKind.Member => "",
        ContractTargetKind.Return => "return ",
        ContractTargetKind.This => "this ",
        _ => "@" + target.Parameter + " ",
    };

    private static string Write(object value) => value switch
    {
        string text => '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"',
        bool flag => flag ? "true" : "false",
        EnumMember member => member.Name,
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A clause holds a {value.GetType()}, which is no argument's type.", nameof(value)),
    };
}
