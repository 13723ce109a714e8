using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>Which section or lock is meant, whoever entered it.</summary>
/// <param name="Kind">The section's name, as in <see cref="OpenSection.Kind"/>.</param>
/// <param name="Key">The lock's address, or the argument that the section belongs to; null where there is none, or it is not known.</param>
internal sealed record SectionKey(string Kind, Value? Key)
{
    /// <summary>
    /// Two keys that look the same are the same thing. Not so where the key is made of what the analysis lost sight of, such as
    /// the index of a loop.
    /// </summary>
    public bool IsCertain => Key is null ? Kind != OpenSection.Spinlock : IsStable(Key);

    /// <summary>Whether the key is made of something that may be the same as something else: a `ref` field names a place of others.</summary>
    public static bool IsUncertain(Value key)
    {
        if (key is SiteValue or FieldAddress { Field: IFieldSymbol { RefKind: not RefKind.None } })
            return true;

        foreach (var part in key.Parts)
        {
            if (IsUncertain(part))
                return true;
        }

        return false;
    }

    /// <summary>The last name on the way to the lock or argument; empty where there is none.</summary>
    public string Name => Key switch
    {
        FieldAddress address => address.Field.Name,
        EntryValue { Address: VariableAddress { Variable: var parameter } } => parameter.Name,
        VariableAddress { Variable: var variable } => variable.Name,
        _ => "",
    };

    /// <summary>The same key after an expression was evaluated again: what it gave before has another name now.</summary>
    public SectionKey Age(SiteValue site) => Key is not null && Key.Mentions(site) ? this with { Key = Age(Key, site) } : this;

    /// <summary>A term with the value of an expression replaced by the one of an earlier round.</summary>
    public static Value Age(Value value, SiteValue site) => value switch
    {
        _ when !value.Mentions(site) => value,
        SiteValue => site.Older,
        EntryValue entry => new EntryValue(Age(entry.Address, site)),
        FieldAddress { Target: { } target } field => new FieldAddress(Age(target, site), field.Field),
        ElementAddress element => new ElementAddress(Age(element.Target, site), Age(element.Index, site)),
        OperatorValue operation => new OperatorValue(operation.Kind, Age(operation.Left, site), operation.Right is null ? null : Age(operation.Right, site)),
        _ => value,
    };

    // What a call gave is aged when the call is made again; other values of a place in the code may be of any round.
    private static bool IsStable(Value value)
    {
        const int CallResult = 0;
        if (value is SiteValue site)
            return site is { Part: CallResult, IsOlder: false };

        foreach (var part in value.Parts)
        {
            if (!IsStable(part))
                return false;
        }

        return true;
    }
}
