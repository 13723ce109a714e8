using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>What a clause speaks of: the member itself, its return value, <c>this</c>, or a parameter.</summary>
internal enum ContractTargetKind
{
    Member,
    Return,
    This,
    Parameter,
}

/// <summary>The target of a clause; <see cref="Parameter"/> is the parameter's name, and empty for the other kinds.</summary>
internal readonly record struct ContractTarget(ContractTargetKind Kind, string Parameter)
{
    public static readonly ContractTarget Member = new(ContractTargetKind.Member, "");
    public static readonly ContractTarget Return = new(ContractTargetKind.Return, "");
    public static readonly ContractTarget This = new(ContractTargetKind.This, "");

    public static ContractTarget OfParameter(string name) => new(ContractTargetKind.Parameter, name);
}

/// <summary>
/// One word of a contract, wherever it is written: an attribute in source or metadata, or a clause of a contract file.
/// </summary>
/// <param name="Target">What the word speaks of.</param>
/// <param name="Word">The attribute's name without "Attribute": <c>MightSleep</c>, <c>Frees</c>.</param>
/// <param name="Arguments">Positional arguments: <see cref="string"/>, <see cref="bool"/>, <see cref="long"/>, or the
/// name of an enum member as <see cref="EnumMember"/>.</param>
/// <param name="Named">Named arguments, with values of the same types.</param>
internal sealed record ContractClause(
    ContractTarget Target,
    string Word,
    ImmutableArray<object> Arguments,
    ImmutableDictionary<string, object> Named);

/// <summary>An enum argument by its member's name, as contract files spell it: <c>When = NonZero</c>.</summary>
internal readonly record struct EnumMember(string Name);
