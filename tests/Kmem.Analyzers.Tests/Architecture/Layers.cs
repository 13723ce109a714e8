using System.Collections.Immutable;

namespace Kmem.Analyzers.Tests.Architecture;

/// <summary>
/// The written order of the analyzers' parts, lowest first. A part refers to itself and to lower layers only; parts of one layer do not
/// know each other.
/// </summary>
internal static class Layers
{
    private const string Root = "Kmem.Analyzers";

    // Tables of words, and what diagnostics tell fixes, refer to nothing: every part may read them.
    private static readonly ImmutableHashSet<string> Tables =
        [$"{Root}.Rules", $"{Root}.ComposedText", $"{Root}.DiagnosticProperties", $"{Root}.HeldRelease", $"{Root}.RightRelease"];

    private static readonly ImmutableArray<ImmutableArray<string>> Order =
    [
        ["tables"],
        ["Contracts"],
        ["Flow"],
        ["Context", "Lifetime", "Flags", "Usage", "Stack"],
        ["analyzers"],
    ];

    /// <summary>The part a type belongs to: by the first word of its namespace behind the root; null outside the project.</summary>
    public static string? PartOf(string containingNamespace, string topLevelType)
    {
        if (containingNamespace == Root)
            return Tables.Contains($"{Root}.{topLevelType}") ? "tables" : "analyzers";
        return containingNamespace.StartsWith(Root + ".", StringComparison.Ordinal) ? containingNamespace[(Root.Length + 1)..].Split('.')[0] : null;
    }

    /// <summary>Whether a reference is allowed.</summary>
    public static bool MayRefer(string from, string to) => from == to || Height(from) > Height(to);

    private static int Height(string part)
    {
        for (int height = 0; height < Order.Length; height++)
        {
            if (Order[height].Contains(part))
                return height;
        }

        throw new InvalidOperationException($"The namespace '{Root}.{part}' has no place in the written order of the house; give it one in {nameof(Layers)}.");
    }
}
