using System.Collections.Immutable;
using System.Globalization;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Stack;

/// <summary>How much stack there is: for the locals of one method, and for a thread.</summary>
internal static class StackBudget
{
    public const string LocalsOption = "kmem_stack_budget";
    public const string ThreadOption = "kmem_thread_size";

    private static readonly int[] Attribute = { WordScanner.HashOf("StackBudget"), WordScanner.HashOf("StackBudgetAttribute") };

    private const long DefaultLocals = 1024;
    private const long DefaultThread = 8192;

    /// <summary>Whether a file sets a budget by an attribute, for a method, a type or the whole assembly.</summary>
    public static bool IsWrittenIn(SyntaxTree tree) => Array.Exists(Attribute, TreeIndex.Of(tree).Mentions);

    /// <summary>What a method says of its own locals, or its type or assembly says; null where none does.</summary>
    public static long? Written(IMethodSymbol method)
    {
        for (ISymbol? symbol = method; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol is IMethodSymbol or INamedTypeSymbol && OwnOf(symbol) is { } budget)
                return budget;
        }

        return OwnOf(method.ContainingAssembly);
    }

    /// <summary>What is written on a symbol itself.</summary>
    public static long? OwnOf(ISymbol symbol) => symbol.GetAttributes()
        .Select(attribute => AttributeReader.ReadOne(attribute, ContractTarget.Member))
        .FirstOrDefault(clause => clause?.Word == "StackBudget")?.Arguments.OfType<long>().Cast<long?>().FirstOrDefault();

    /// <summary>The limit that a file is configured to, for all its code; null where it is not.</summary>
    public static long? Configured(AnalyzerConfigOptions options) => Read(options, LocalsOption);

    /// <summary>The limit for the locals of code that no other limit is set for.</summary>
    public static long Default => DefaultLocals;

    /// <summary>The stack of one thread, in bytes.</summary>
    public static long Thread(AnalyzerConfigOptions options) => Read(options, ThreadOption) ?? DefaultThread;

    // A value that is no number counts as not there.
    private static long? Read(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
}
