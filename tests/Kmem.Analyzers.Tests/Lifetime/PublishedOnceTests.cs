using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Memory that is put into a place only where nobody else was first: whoever comes late still has it.</summary>
public class PublishedOnceTests
{
    [Theory]
    [InlineData("nint was = Interlocked.CompareExchange(ref s_place, p, 0); if (was != 0) {|KMEM2005:return|} was; return p;")]
    [InlineData("if (Interlocked.CompareExchange(ref s_place, p, IntPtr.Zero) != IntPtr.Zero) {|KMEM2005:return|} s_place; return p;")]
    [InlineData("{|KMEM2005:return|} Interlocked.CompareExchange(ref s_place, p, 0) == 0 ? p : s_place;")]
    [InlineData("nint was = Interlocked.CompareExchange(ref s_place, p, 0); if (was != 0) Marshal.FreeHGlobal(p); return {|KMEM2004:p|};")]
    [InlineData("if (Interlocked.CompareExchange(ref s_place, p, 0) == 0) Marshal.FreeHGlobal(p); {|KMEM2005:return|} {|KMEM2004:s_place|};")]
    [InlineData("nint seen = s_place; if (Interlocked.CompareExchange(ref s_place, p, seen) == seen) return seen; {|KMEM2005:return|} 0;")]
    public Task Who_comes_late_forgets_it(string statements) => InAsync(statements);

    [Theory]
    [InlineData("nint was = Interlocked.CompareExchange(ref s_place, p, 0); if (was == 0) return p; Marshal.FreeHGlobal(p); return was;")]
    [InlineData("if (Interlocked.CompareExchange(ref s_place, p, 0) != 0) Marshal.FreeHGlobal(p); return s_place;")]
    [InlineData("if (Interlocked.CompareExchange(ref s_place, p, 0) is not 0 and var other) { Marshal.FreeHGlobal(p); p = other; } return p;")]
    [InlineData("Interlocked.CompareExchange(ref s_place, p, 0); return s_place;")]
    [InlineData("Interlocked.CompareExchange(ref s_place, p, 0); if (s_place != p) Marshal.FreeHGlobal(p); return s_place;")]
    [InlineData("nint was = Interlocked.CompareExchange(ref s_place, p, 0); if (s_place != p) Marshal.FreeHGlobal(p); return was;")]
    [InlineData("nint was = Interlocked.CompareExchange(ref s_place, p, 0); if (p != s_place) Marshal.FreeHGlobal(p); return was;")]
    [InlineData("nint seen; do seen = s_place; while (Interlocked.CompareExchange(ref s_place, p, seen) != seen); Marshal.FreeHGlobal(seen); return p;")]
    [InlineData("for (;;) { nint seen = s_place; if (Interlocked.CompareExchange(ref s_place, p, seen) == seen) break; } return 0;")]
    [InlineData("nint seen = s_place; while (true) { nint was = Interlocked.CompareExchange(ref s_place, p, seen); if (was == seen) return was; seen = was; }")]
    [InlineData("if (!TrySet(p)) Marshal.FreeHGlobal(p); return s_place;")]
    [InlineData("Marshal.FreeHGlobal(p); nint old = s_place; if (old != 0 && Interlocked.CompareExchange(ref s_place, 0, old) == old) Marshal.FreeHGlobal(old); return 0;")]
    public Task Who_comes_late_releases_it_or_tries_again(string statements) => InAsync(statements);

    private static Task InAsync(string statements) => Verify.CompleteAsync(
        "static nint s_place; static bool TrySet(nint p) => Interlocked.CompareExchange(ref s_place, p, 0) == 0;\n"
        + "static nint Test() { nint p = Marshal.AllocHGlobal(8); " + statements + " }");
}
