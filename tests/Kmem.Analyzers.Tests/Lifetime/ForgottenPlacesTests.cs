using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Places that code out of sight may have written: each holds something else behind it, and no two of them the same for that.</summary>
public class ForgottenPlacesTests
{
    [Theory]
    [InlineData("static nint s_a, s_b; void Test() { s_a = Marshal.AllocHGlobal(8); s_b = Marshal.AllocHGlobal(8); Other(this); Marshal.FreeHGlobal(s_a); Marshal.FreeHGlobal(s_b); }")]
    [InlineData("static nint s_a, s_b; void Test() { s_a = Marshal.AllocHGlobal(8); s_b = Marshal.AllocHGlobal(8); Other(this); Marshal.FreeHGlobal(s_a); Marshal.WriteByte(s_b, 1); }")]
    [InlineData("static nint s_a, s_b; void Test() { s_a = Marshal.AllocHGlobal(8); s_b = Marshal.AllocCoTaskMem(8); for (int i = 0; i < 3; i++) Other(this); Marshal.FreeHGlobal(s_a); Marshal.FreeCoTaskMem(s_b); }")]
    [InlineData("nint _a; void Test(Holder x, Holder y) { x._a = Marshal.AllocHGlobal(8); y._a = Marshal.AllocHGlobal(8); Two(x, y); Marshal.FreeHGlobal(x._a); Marshal.FreeHGlobal(y._a); }")]
    [InlineData("nint _a; static nint s_a; void Test(Holder x) { x._a = Marshal.AllocHGlobal(8); s_a = Marshal.AllocHGlobal(8); Other(x); Marshal.FreeHGlobal(x._a); Marshal.FreeHGlobal(s_a); }")]
    public Task Two_places_are_not_one(string members) => Verify.CompleteAsync(Class(members));

    [Theory]
    [InlineData("static nint s_a, s_b; void Test() { s_a = Marshal.AllocHGlobal(8); s_b = Marshal.AllocHGlobal(8); Other(this); Marshal.FreeHGlobal(s_a); Marshal.FreeHGlobal({|KMEM2003:s_a|}); }")]
    [InlineData("static nint s_a, s_b; void Test() { s_a = Marshal.AllocHGlobal(8); s_b = Marshal.AllocHGlobal(8); Other(this); nint b = s_b; Marshal.FreeHGlobal(s_b); Marshal.WriteByte({|KMEM2004:b|}, 1); }")]
    public Task One_place_is(string members) => Verify.CompleteAsync(Class(members));

    private static string Class(string members) =>
        "abstract class Holder { protected abstract void Other(Holder h); protected abstract void Two(Holder x, Holder y); " + members + " }";
}
