namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>The names of functions that take something, and of those that give it back.</summary>
internal static class Opposites
{
    // The longer word first: kmap_atomic is no lock, and a trylock is more than a lock.
    private static readonly (string Enter, string Leave)[] Words =
    {
        ("trylock", "unlock"), ("lock", "unlock"), ("Lock", "Unlock"), ("save", "restore"), ("get", "put"), ("Get", "Put"), ("disable", "enable"), ("Disable", "Enable"),
        ("kmap", "kunmap"), ("TryEnter", "Exit"), ("Enter", "Exit"), ("Acquire", "Release"), ("acquire", "release"), ("begin", "end"), ("Begin", "End"),
    };

    /// <summary>What the opposite of a function may be called, the likeliest first.</summary>
    public static IEnumerable<string> Of(string enter)
    {
        // A function may have two of the words: lock_irqsave.
        var single = Words.Where(pair => enter.Contains(pair.Enter)).Select(pair => enter.Replace(pair.Enter, pair.Leave)).ToList();
        if (enter == "down" || enter.StartsWith("down_", StringComparison.Ordinal))
            single.Add("up" + enter.Substring("down".Length));
        return single.Concat(single.SelectMany(name => name.Contains("save") ? [name.Replace("save", "restore")] : Array.Empty<string>()));
    }
}
