using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Kmem;

/// <summary>Options from the environment: KMEM_MEMORY=2G KMEM_LAYOUT=x86_64 KMEM_CPUS=8 KMEM_NODES=2 KMEM_THREAD_SIZE=4K KMEM_DEBUG=poison,redzone,track.</summary>
internal static class EnvironmentOptions
{
    /// <summary>The defaults, with what the environment sets; a Debug build of the program turns the checks of its context on.</summary>
    public static MachineOptions Read(Func<string, string?> variable)
    {
        MachineOptions options = new() { Debug = IsDebugProgram() ? MachineDebug.AtomicSleep | MachineDebug.Stack : MachineDebug.None };
        if (variable("KMEM_MEMORY") is { Length: > 0 } memory)
            options.MemorySize = ParseSize("KMEM_MEMORY", memory);
        if (variable("KMEM_LAYOUT") is { Length: > 0 } layout)
            options.Layout = ParseName<MachineLayout>("KMEM_LAYOUT", layout);
        if (variable("KMEM_CPUS") is { Length: > 0 } cpus)
            options.Cpus = ParseNumber("KMEM_CPUS", cpus);
        if (variable("KMEM_NODES") is { Length: > 0 } nodes)
            options.Nodes = ParseNumber("KMEM_NODES", nodes);
        if (variable("KMEM_THREAD_SIZE") is { Length: > 0 } threadSize)
            options.ThreadSize = (int)Math.Min(ParseSize("KMEM_THREAD_SIZE", threadSize), int.MaxValue);
        foreach (string check in (variable("KMEM_DEBUG") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            options.Debug |= ParseName<MachineDebug>("KMEM_DEBUG", check);
        return options;
    }

    private static bool IsDebugProgram() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };

    private static ulong ParseSize(string name, string text)
    {
        int shift = char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= ulong.MaxValue >> shift)
            return number << shift;
        throw Unreadable(name, text, "bytes, or a number with K, M, G or T, such as 512M");
    }

    private static int ParseNumber(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Unreadable(name, text, "a whole number");

    private static T ParseName<T>(string name, string text) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value)
            ? value
            : throw Unreadable(name, text, string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant());

    private static ArgumentException Unreadable(string name, string text, string choose) =>
        new($"Kmem: the environment has {name}={text}; choose {choose}.");
}
