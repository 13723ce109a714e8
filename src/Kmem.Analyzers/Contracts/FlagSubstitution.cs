using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>What allocation flags become where some of their parts are not wanted: another type flag, with the zones and modifiers kept.</summary>
internal sealed class FlagSubstitution
{
    private readonly ITypeSymbol _type;
    private readonly string _substitute;
    private readonly long _unwanted;

    /// <param name="type">The flags' enum.</param>
    /// <param name="substitute">The type flag that is right; empty: the unwanted parts just go.</param>
    /// <param name="unwanted">The names of the parts that must not be there.</param>
    public FlagSubstitution(ITypeSymbol type, string substitute, IEnumerable<string> unwanted)
    {
        _type = type;
        _substitute = substitute;
        _unwanted = unwanted.Aggregate(0L, (bits, name) => bits | (FlagBits.Find(type, name) ?? 0));
    }

    /// <summary>For each member that has an unwanted part, what to write: <c>GFP_KERNEL=GFP_ATOMIC;__GFP_IO=</c>.</summary>
    public string Replacements() => string.Join(";", FlagBits.Members(_type)
        .Where(member => (member.Bits & _unwanted) != 0)
        .Select(member => member.Name + "=" + (OnlyModifies(member) ? "" : Whole(member.Bits))));

    /// <summary>The right flags in the place of the given ones, as member names separated by commas.</summary>
    public string Whole(long bits)
    {
        if (_substitute.Length > 0 && FlagBits.Find(_type, _substitute) is null)
            return "";

        var names = Names(bits).DefaultIfEmpty(FlagBits.Members(_type).FirstOrDefault(member => member.Bits == 0).Name);
        return string.Join(",", names);
    }

    // A modifier that is not wanted goes; what stands for a whole way to allocate needs another in its place.
    private bool OnlyModifies((string Name, long Bits) member) =>
        (member.Bits & (FlagBits.Find(_type, "__GFP_WAIT") ?? 0)) == 0 && (member.Bits & ~_unwanted) == 0;

    private IEnumerable<string> Names(long bits)
    {
        var rest = bits & ~_unwanted;
        if (_substitute.Length > 0)
        {
            yield return _substitute;
            rest &= ~FlagBits.Find(_type, _substitute) ?? rest;
        }

        foreach (var (name, part) in FlagBits.Members(_type).OrderByDescending(member => CountBits(member.Bits)))
        {
            if (part == 0 || (part & ~rest) != 0)
                continue;
            yield return name;
            rest &= ~part;
        }
    }

    private static int CountBits(long bits)
    {
        var count = 0;
        for (; bits != 0; bits &= bits - 1)
            count++;
        return count;
    }
}
