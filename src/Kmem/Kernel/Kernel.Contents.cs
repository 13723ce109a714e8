using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Kmem.Annotations;
using Kmem.Observation;
using Kmem.Physical;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Fills memory with a byte. Source: lib/string.c.</summary>
    /// <param name="s">The memory; may be null if <paramref name="n"/> is 0.</param>
    /// <param name="c">The byte; the higher bits are left out.</param>
    /// <param name="n">Bytes.</param>
    public static void memset([Borrows] void* s, int c, nuint n) => NativeMemory.Fill(s, n, (byte)c);

    /// <summary>Copies memory; the ranges may overlap. Source: lib/string.c.</summary>
    /// <param name="dest">Where to; may be null if <paramref name="n"/> is 0.</param>
    /// <param name="src">Where from; likewise.</param>
    /// <param name="n">Bytes.</param>
    public static void memcpy([Borrows] void* dest, [Borrows] void* src, nuint n) => NativeMemory.Copy(src, dest, n);

    /// <summary>Writes a line to the machine's log, in any context, also while the machine boots. LKD ch. 18, "Printing".</summary>
    /// <param name="message">The line, without its end.</param>
    [NeverSleeps]
    public static void printk(string message) => Log.Write(message);

    /// <summary>Stops code that found itself in an impossible state. LKD ch. 18, "Asserting Bugs and Dumping Information".</summary>
    /// <exception cref="KernelBugException">Always.</exception>
    [DoesNotReturn]
    public static void BUG() => throw new KernelBugException($"kernel BUG at {CallerLocation.Find()}!");

    /// <summary><see cref="BUG"/> if the condition is true. LKD ch. 18, "Asserting Bugs and Dumping Information".</summary>
    /// <param name="condition">What must not be.</param>
    /// <exception cref="KernelBugException">The condition is true; the message has the caller's place.</exception>
    public static void BUG_ON([DoesNotReturnIf(true)] bool condition)
    {
        if (condition)
            BUG();
    }

    /// <summary>Writes a warning with the caller's place to the log if the condition is true. Source: include/asm-generic/bug.h.</summary>
    /// <param name="condition">What should not be.</param>
    /// <returns>The condition.</returns>
    public static bool WARN_ON(bool condition)
    {
        if (condition)
            Log.Write($"WARNING: at {CallerLocation.Find()}");
        return condition;
    }

    // A boot callback may say what it does; the process's machine may not be there yet.
    private static KernelLog Log => (Machine.Booting ?? Booted.Machine).Log;
}
