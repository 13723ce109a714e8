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
    public static FlagContext? Find(FlagsInUse flags, MethodContract method, PathState state) =>
        Find(flags, FlagNames.Io, method.NoIo, state) ?? Find(flags, FlagNames.Fs, method.NoFs, state);

    private static FlagContext? Find(FlagsInUse flags, string flag, bool isForbidden, PathState state)
    {
        var isMasked = !isForbidden && state.Cells.Find(new NoteAddress(flag)) is ConstantValue { Content: true };
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
