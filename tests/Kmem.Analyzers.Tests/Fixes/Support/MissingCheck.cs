using Kmem.Analyzers.CodeFixes;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>The fix of KMEM2001 on a body of a method that returns a status.</summary>
internal static class MissingCheck
{
    /// <summary>The check written behind the allocation of a method turns the one body into the other.</summary>
    public static Task Leaves(string before, string after) => new FixCase<MissingNullCheckCodeFixProvider>(Method(before))
        .Report("use", Decision())
        .FixesToAsync(Method(after));

    /// <summary>What the analyzer says of a pointer p that may be null.</summary>
    public static (string, string)[] Decision() =>
        [(DiagnosticProperties.Holder, "p"), (DiagnosticProperties.FailureLiteral, "null"), (DiagnosticProperties.AllocationSpan, "alloc")];

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        unsafe class C
        {
            static spinlock_t lk;
            static void* other;

            static object Find() => null;

            int M(nuint n, C dev)
            {
        {{body}}
            }
        }
        """;
}
