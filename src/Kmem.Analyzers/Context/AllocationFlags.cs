using System.Collections.Generic;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>The vocabulary of allocation flags, read from the enum that an allocator takes.</summary>
internal static class AllocationFlags
{
    private const string Wait = "__GFP_WAIT";
    private const string Atomic = "GFP_ATOMIC";

    private static readonly string[] SleepingParts = { Wait, "__GFP_IO", "__GFP_FS", "GFP_USER" };

    /// <summary>Whether flags let the allocator sleep; null: it depends on what is not known here.</summary>
    public static bool? MaySleep(FlagsArgument flags, PathState state)
    {
        if (FlagBits.Find(flags.Type, Wait) is not { } wait || wait == 0)
            return null;

        var (certain, possible) = state.BitsOf(flags.Value);
        return (certain & wait) != 0 ? true : (possible & wait) == 0 ? false : null;
    }

    /// <summary>What each sleeping flag of an enum becomes where nothing may sleep: <c>GFP_KERNEL=GFP_ATOMIC;...</c>.</summary>
    public static string Replacements(ITypeSymbol type) =>
        string.Join(";", FlagBits.Members(type).Where(member => (member.Bits & SleepingBits(type)) != 0).Select(member => member.Name + "=" + Replacement(type, member)));

    /// <summary>Atomic flags that keep the zones and modifiers of the given ones, as member names separated by commas.</summary>
    public static string AtomicVersion(ITypeSymbol type, long bits) => string.Join(",", AtomicNames(type, bits));

    private static string Replacement(ITypeSymbol type, (string Name, long Bits) member)
    {
        var sleeps = (member.Bits & (FlagBits.Find(type, Wait) ?? 0)) != 0;
        var onlyModifies = !sleeps && (member.Bits & ~SleepingBits(type)) == 0;
        return onlyModifies ? "" : AtomicVersion(type, member.Bits);
    }

    private static IEnumerable<string> AtomicNames(ITypeSymbol type, long bits)
    {
        if (FlagBits.Find(type, Atomic) is not { } atomic)
            yield break;

        yield return Atomic;
        var rest = bits & ~SleepingBits(type) & ~atomic;
        foreach (var (name, part) in FlagBits.Members(type).Where(member => IsSingleBit(member.Bits)))
        {
            if ((rest & part) == 0)
                continue;
            yield return name;
            rest &= ~part;
        }
    }

    private static bool IsSingleBit(long bits) => bits != 0 && (bits & (bits - 1)) == 0;

    private static long SleepingBits(ITypeSymbol type) => SleepingParts.Aggregate(0L, (bits, name) => bits | (FlagBits.Find(type, name) ?? 0));
}
