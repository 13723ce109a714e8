using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Patterns of several parts: <c>p is 0 or -1</c>, <c>open() is var p and not 0</c>.</summary>
public class CombinedPatternTests
{
    [Theory]
    [InlineData("nint p = open(); if (p is 0 or -1) return; close(p);")]
    [InlineData("nint p = open(); if (p is not 0 and not -1) close(p);")]
    [InlineData("nint p = open(); if (p is not (0 or -1)) close(p);")]
    [InlineData("nint p = open(); if (p is -2 or 0 or -1) return; close(p);")]
    [InlineData("nint p = open(); if (p == 0 || p == -1) return; close(p);")]
    [InlineData("nint p = open(); if (p is > 0 and < 1000) close(p); else if (p is not 0) close(p);")]
    [InlineData("if (open() is var p and not 0) close(p);")]
    [InlineData("if (open() is nint p and not 0) close(p);")]
    [InlineData("if (open() is nint p and > 0) close(p);")]
    public Task The_handle_is_checked(string statements) => Verify.CompleteAsync(Members(statements));

    [Theory]
    [InlineData("nint p = open(); if (p is 0 or 5) {|KMEM2005:return|}; close(p);")]
    [InlineData("nint p = open(); if (p is not 0 and not -1) { {|KMEM2005:return|}; } if (p != 0) close(p);")]
    public Task The_handle_is_lost(string statements) => Verify.CompleteAsync(Members(statements));

    private static string Members(string statements) => $$"""
        [return: Allocates("handle")] extern static nint open();
        extern static void close([Frees("handle"), DisallowNull] nint handle);
        static void Test() { {{statements}} }
        """;
}
