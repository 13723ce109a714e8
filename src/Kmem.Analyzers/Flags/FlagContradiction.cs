using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flags;

/// <summary>Why flags contradict each other, or the function they are passed to, and what they become without that.</summary>
/// <param name="Reason">The end of the message.</param>
/// <param name="IsAboutSleep">They say both that the allocation may sleep and that it may not.</param>
internal sealed record FlagContradiction(LocalizableString Reason, FlagSubstitution Mended, bool IsAboutSleep = false)
{
    /// <summary>The first contradiction; null where there is none on this path.</summary>
    public static FlagContradiction? Find(FlagsInUse flags) =>
        FindTwoZones(flags) ?? FindHopelessNoFail(flags) ?? FindSleepingAtomic(flags) ?? FindHighMemoryAddress(flags);

    private static FlagContradiction? FindTwoZones(FlagsInUse flags)
    {
        var zones = FlagNames.Zones.Where(flags.Has).ToList();
        return zones.Count < 2
            ? null
            : new FlagContradiction(Rules.Text("Flags_TwoZones", zones[0], zones[1]), new FlagSubstitution(flags.Type, "", zones.Skip(1)));
    }

    private static FlagContradiction? FindHopelessNoFail(FlagsInUse flags)
    {
        if (!flags.Has(FlagNames.NoFail))
            return null;
        if (flags.Has(FlagNames.NoRetry))
            return new FlagContradiction(Rules.Text("Flags_NoFailNoRetry"), new FlagSubstitution(flags.Type, "", new[] { FlagNames.NoRetry }));

        return flags.Lacks(FlagNames.Wait)
            ? new FlagContradiction(Rules.Text("Flags_NoFailNoWait"), new FlagSubstitution(flags.Type, "", new[] { FlagNames.NoFail }))
            : null;
    }

    private static FlagContradiction? FindSleepingAtomic(FlagsInUse flags)
    {
        if (!flags.Has(FlagNames.Wait))
            return null;

        var atomic = flags.Names(FlagNames.NoWait) ? FlagNames.NoWait
            : flags.Has(FlagNames.Atomic) && flags.MeansAtomic ? FlagNames.Atomic
            : null;
        return atomic is null
            ? null
            : new FlagContradiction(Rules.Text("Flags_SleepingAtomic", atomic), new FlagSubstitution(flags.Type, atomic, FlagNames.Sleeping), IsAboutSleep: true);
    }

    private static FlagContradiction? FindHighMemoryAddress(FlagsInUse flags) => flags.Has(FlagNames.HighMemory) && flags.GivesAddress
        ? new FlagContradiction(
            Rules.Text("Flags_HighMemoryAddress", flags.Demand.Function.Name),
            new FlagSubstitution(flags.Type, "", new[] { FlagNames.HighMemory }))
        : null;
}
