using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flags;

/// <summary>Why flags do not belong where they are used: the allocator may call back into the code that is running.</summary>
/// <param name="Effect">What the flags let the allocator do.</param>
/// <param name="Reason">Why it must not.</param>
/// <param name="IsMasked">The thread has masked the flag: it does no harm, and says what is not so.</param>
internal sealed record FlagContext(LocalizableString Effect, LocalizableString Reason, FlagSubstitution Mended, bool IsMasked)
{
    /// <summary>Null where the flags may be used here, or are not known.</summary>
    public static FlagContext? Find(FlagsInUse flags, BodyContract body, PathState state) =>
        Find(flags, FlagNames.Io, body.NoIo, state) ?? Find(flags, FlagNames.Fs, body.NoFs, state);

    /// <summary>Some code must not allocate with such flags.</summary>
    public static bool IsMatterOfContext(FlagsInUse flags) => flags.Has(FlagNames.Io) || flags.Has(FlagNames.Fs);

    /// <summary>The thread has masked a flag here.</summary>
    public static bool IsSwitchedOff(NoteAddress flag, PathState state) => state.Cells.Find(flag) is ConstantValue { Content: true };

    /// <summary>The thread has masked one of the flags that matter.</summary>
    public static bool IsAnySwitchedOff(PathState state) => IsSwitchedOff(new NoteAddress(FlagNames.Io), state) || IsSwitchedOff(new NoteAddress(FlagNames.Fs), state);

    private static FlagContext? Find(FlagsInUse flags, string flag, bool isForbidden, PathState state)
    {
        var isMasked = IsSwitchedOff(new NoteAddress(flag), state);
        if (!flags.Has(flag) || !(isForbidden || isMasked))
            return null;

        var name = flag == FlagNames.Io ? "NoIo" : "NoFs";
        return new FlagContext(
            Rules.Text("Flags_" + name),
            isMasked ? Rules.Text("Flags_Masked") : Rules.Text("Flags_Forbidden", name + "Context"),
            Substitution(flags.Type, flag),
            isMasked);
    }

    private static FlagSubstitution Substitution(ITypeSymbol type, string flag)
    {
        IEnumerable<string> unwanted = flag == FlagNames.Io ? new[] { FlagNames.Io, FlagNames.Fs } : new[] { FlagNames.Fs };
        return new FlagSubstitution(type, flag == FlagNames.Io ? "GFP_NOIO" : "GFP_NOFS", unwanted);
    }
}
