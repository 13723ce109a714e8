using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>Every fixer there is, found as command-line fixing finds them.</summary>
internal static class FixProviders
{
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(KmemCodeFixProvider).Assembly.GetTypes().Where(type => typeof(CodeFixProvider).IsAssignableFrom(type) && !type.IsAbstract)];

    public static IEnumerable<CodeFixProvider> CreateAll() => Types.Select(type => (CodeFixProvider)Activator.CreateInstance(type)!);
}
