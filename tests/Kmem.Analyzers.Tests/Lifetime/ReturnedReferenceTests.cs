using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Who gets a reference into memory may release the memory: <c>return ref *p</c>.</summary>
public class ReturnedReferenceTests
{
    [Theory]
    [InlineData("static ref int Make() { int* p = (int*)NativeMemory.Alloc(4); *p = 0; return ref *p; }")]
    [InlineData("static ref int Make() => ref *(int*)NativeMemory.Alloc(4);")]
    [InlineData("static ref int Make() { int* p = (int*)NativeMemory.Alloc(16); return ref p[1]; }")]
    [InlineData("struct pair { public int A, B; } static ref int Make() { pair* p = (pair*)NativeMemory.Alloc(8); return ref p->B; }")]
    [InlineData("static ref readonly int Make(bool c, int[] other) { int* p = (int*)NativeMemory.Alloc(4); if (c) { NativeMemory.Free(p); return ref other[0]; } return ref *p; }")]
    [InlineData("nint _p; ref nint Slot() => ref _p; void Fill() { Slot() = Marshal.AllocHGlobal(8); nint p = Slot(); Marshal.FreeHGlobal(p); }")]
    public Task A_reference_is_returned(string members) => Verify.CompleteAsync(Class(members));

    [Theory]
    [InlineData("static int Make() { int* p = (int*)NativeMemory.Alloc(4); {|KMEM2005:return|} *p; }")]
    [InlineData("static ref int Make(int[] other) { int* p = (int*)NativeMemory.Alloc(4); {|KMEM2005:return|} ref other[*p]; }")]
    public Task A_value_is_returned(string members) => Verify.CompleteAsync(Class(members));

    private static string Class(string members) => "sealed class Owner { " + members + " }";
}
