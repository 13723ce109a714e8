using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>A call that never sleeps in place of one that may: the table that <see cref="UseAtomicAlternative"/> reads.</summary>
internal sealed class AtomicAlternative
{
    private static readonly AtomicAlternative[] All =
    [
        new("vmalloc", "kmalloc") { ExtraArgument = "GFP_ATOMIC", Releases = { ["vfree"] = "kfree", ["vfree_atomic"] = "kfree" } },
        new("vzalloc", "kzalloc") { ExtraArgument = "GFP_ATOMIC", Releases = { ["vfree"] = "kfree", ["vfree_atomic"] = "kfree" } },
        new("vfree", "vfree_atomic"),
        new("msleep", "udelay") { Factor = 1000 },
    ];

    private AtomicAlternative(string callee, string replacement)
    {
        Callee = callee;
        Replacement = replacement;
    }

    public string Callee { get; }

    public string Replacement { get; }

    /// <summary>A member of the enum that is the replacement's last parameter, to be passed there; null if it takes no more than the callee.</summary>
    public string? ExtraArgument { get; private init; }

    /// <summary>How many of the replacement's units make one of the callee's.</summary>
    public int Factor { get; private init; } = 1;

    /// <summary>For what releases the callee's memory: what releases the replacement's.</summary>
    public Dictionary<string, string> Releases { get; } = new(StringComparer.Ordinal);

    public static AtomicAlternative? Of(IMethodSymbol callee) => Array.Find(All, row => row.Callee == callee.Name);

    /// <summary>True if the method releases memory that a row of the table would make of another family.</summary>
    public static bool IsRelease(IMethodSymbol method) => Array.Exists(All, row => row.Releases.ContainsKey(method.Name));

    /// <summary>The replacement beside the callee, if it takes what the callee takes; null if there is none.</summary>
    public IMethodSymbol? FindBeside(IMethodSymbol callee) => callee.ContainingType
        .GetMembers(Replacement)
        .OfType<IMethodSymbol>()
        .FirstOrDefault(candidate => HasShape(candidate, callee));

    private bool HasShape(IMethodSymbol candidate, IMethodSymbol callee) =>
        candidate.IsStatic == callee.IsStatic
        && candidate.Arity == callee.Arity
        && candidate.Parameters.Length == callee.Parameters.Length + (ExtraArgument is null ? 0 : 1)
        && callee.Parameters.Zip(candidate.Parameters, SameType).All(same => same)
        && (ExtraArgument is null || candidate.Parameters.Last().Type.GetMembers(ExtraArgument).Any());

    private static bool SameType(IParameterSymbol one, IParameterSymbol other) =>
        one.RefKind == other.RefKind && SymbolEqualityComparer.Default.Equals(one.Type, other.Type);
}
