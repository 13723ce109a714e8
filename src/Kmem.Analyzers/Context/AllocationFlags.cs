using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow.States;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>The vocabulary of allocation flags, read from the enum that an allocator takes.</summary>
internal static class AllocationFlags
{
    private const string Wait = "__GFP_WAIT";
    private const string Kernel = "GFP_KERNEL";

    /// <summary>The flags of code that must not sleep, and may use memory that is set aside for it.</summary>
    public const string Atomic = "GFP_ATOMIC";

    private static readonly int AtomicWord = WordScanner.HashOf(Atomic);

    private static readonly string[] SleepingParts = { Wait, "__GFP_IO", "__GFP_FS", "GFP_USER" };

    /// <summary>Whether the flags of code that must not sleep stand in a declaration.</summary>
    public static bool MayBeAtomicIn(SyntaxNode declaration) => RelevanceIndex.Mentions(declaration, AtomicWord);

    /// <summary>Whether flags let the allocator sleep; null: it depends on what is not known here.</summary>
    public static bool? MaySleep(FlagsArgument flags, PathState state)
    {
        if (FlagBits.Find(flags.Type, Wait) is not { } wait || wait == 0)
            return null;

        var (certain, possible) = state.BitsOf(flags.Value);
        return (certain & wait) != 0 ? true : (possible & wait) == 0 ? false : null;
    }

    /// <summary>Whether flags are for certain those of code that must not sleep.</summary>
    public static bool AreAtomic(FlagsArgument flags, PathState state)
    {
        var (certain, possible) = state.BitsOf(flags.Value);
        return FlagBits.Find(flags.Type, Wait) is { } wait && (possible & wait) == 0
            && FlagBits.Find(flags.Type, Atomic) is { } atomic && atomic != 0 && (certain & atomic) == atomic;
    }

    /// <summary>What to write for the atomic flags where the code may sleep.</summary>
    public static string SleepingReplacements => Atomic + "=" + Kernel;

    /// <summary>What each sleeping flag of an enum becomes where nothing may sleep: <c>GFP_KERNEL=GFP_ATOMIC;...</c>.</summary>
    public static string Replacements(ITypeSymbol type) => Substitution(type).Replacements();

    /// <summary>Atomic flags that keep the zones and modifiers of the given ones, as member names separated by commas.</summary>
    public static string AtomicVersion(ITypeSymbol type, long bits) => Substitution(type).Whole(bits);

    private static FlagSubstitution Substitution(ITypeSymbol type) => new(type, Atomic, SleepingParts);
}
