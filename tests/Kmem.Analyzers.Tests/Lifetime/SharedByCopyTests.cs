using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2003: a member makes a second object with the same memory, and both release it.</summary>
public class SharedByCopyTests
{
    [Theory]
    [InlineData("~Box() { Marshal.FreeHGlobal({|KMEM2003:_p|}); } public Box Clone() => (Box)MemberwiseClone();")]
    [InlineData("public void Dispose() => Marshal.FreeHGlobal({|KMEM2003:_p|}); object ICloneable.Clone() => MemberwiseClone(); public object Clone() { return MemberwiseClone(); }")]
    [InlineData("public void Dispose() { if (_p == 0) return; Marshal.FreeHGlobal({|KMEM2003:_p|}); _p = 0; } internal Box Copy(int n) { var copy = (Box)MemberwiseClone(); copy._n = n; return copy; }")]
    [InlineData("public void Dispose() => Dispose(true); ~Box() => Dispose(false); void Dispose(bool disposing) { if (_closed) return; _closed = true; Marshal.FreeHGlobal({|KMEM2003:_p|}); } bool _closed; public Box Clone() => (Box)MemberwiseClone();")]
    [InlineData("Box(nint p) => _p = p; public Box Clone() => new Box(_p); public void Dispose() => Marshal.FreeHGlobal({|KMEM2003:_p|});")]
    [InlineData("Box(nint p) { _p = p; } public Box Clone() => new(_p); ~Box() => Marshal.FreeHGlobal({|KMEM2003:_p|});")]
    [InlineData("public void Dispose() { if (_h.IsAllocated) {|KMEM2003:_h|}.Free(); } protected Box Twin() => (Box)MemberwiseClone();")]
    [InlineData("unsafe void* _m = NativeMemory.Alloc(8); unsafe public void Dispose() { NativeMemory.Free({|KMEM2003:_m|}); _m = null; } public Box Clone() => (Box)MemberwiseClone();")]
    public Task Both_objects_release_it(string members) => Verify.DotNetAsync(Box(members));

    [Theory]
    [InlineData("bool _owns = true; ~Box() { if (_owns) Marshal.FreeHGlobal(_p); } public Box Clone() => (Box)MemberwiseClone(); public void Detach() => _owns = false;")]
    [InlineData("bool _owns = true; ~Box() { if (!_owns) return; Marshal.FreeHGlobal(_p); } public Box Clone() { var copy = (Box)MemberwiseClone(); copy._owns = false; return copy; }")]
    [InlineData("~Box() => Marshal.FreeHGlobal(_p); public Box Clone() { var copy = (Box)MemberwiseClone(); copy._p = Marshal.AllocHGlobal(8); return copy; }")]
    [InlineData("~Box() => Marshal.FreeHGlobal(_p); public Box Clone() { var copy = (Box)MemberwiseClone(); copy._p = 0; return copy; }")]
    [InlineData("[DllImport(\"x\")] static extern void add_ref(nint p); ~Box() => Marshal.FreeHGlobal(_p); public Box Clone() { add_ref(_p); return (Box)MemberwiseClone(); }")]
    [InlineData("Box(nint p) => _p = p; public Box Move() { var moved = new Box(_p); _p = 0; return moved; } public void Dispose() => Marshal.FreeHGlobal(_p);")]
    [InlineData("readonly Box _parent; Box(nint p, Box parent) { _p = p; _parent = parent; } public Box View() => new Box(_p, this); public void Dispose() { if (_parent == null) Marshal.FreeHGlobal(_p); }")]
    [InlineData("int _count; public Box Share() { _count++; return (Box)MemberwiseClone(); } public void Dispose() { Marshal.FreeHGlobal(_p); }")]
    [InlineData("public void Dispose() { if (_n == 0) Free(); } void Free() => Marshal.FreeHGlobal(_p); public Box Clone() => (Box)MemberwiseClone();")]
    [InlineData("~Box() => Marshal.FreeHGlobal(_p); Box Private() => (Box)MemberwiseClone(); public Box Clone() { var copy = Private(); copy._p = 0; return copy; }")]
    [InlineData("public Box Clone() => (Box)MemberwiseClone(); public void Dispose() { } public nint Take() => _p;")]
    [InlineData("~Box() => Marshal.FreeHGlobal(_p); public Box Fresh() => new Box();")]
    [InlineData("Box(nint p) { _p = Marshal.ReAllocHGlobal(0, p); } public Box Clone() => new Box(_p); public Box() { } public void Dispose() => Marshal.FreeHGlobal(_p);")]
    public Task One_of_them_does(string members) => Verify.DotNetAsync(Box(members));

    [Fact]
    public Task A_struct_is_copied_by_every_assignment_anyway() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        struct Box : IDisposable
        {
            private nint _p;
            private Box(nint p) => _p = p;
            public Box Same() => new Box(_p);
            public void Dispose() => Marshal.FreeHGlobal(_p);
        }
        """);

    [Fact]
    public Task The_message_names_the_member() => Verify.DotNetAsync(
        Box("~Box() { Marshal.FreeHGlobal({|#0:_p|}); } public Box Clone() => (Box){|#1:MemberwiseClone()|};"),
        Verify.Report("KMEM2003").WithLocation(0).WithLocation(1).WithMessage("'_p' is released here, but 'Clone' makes a copy with the same memory, which releases it too"));

    private static string Box(string members) => $$"""
        using System;
        using System.Runtime.InteropServices;

        class Box{{(members.Contains("void Dispose()", StringComparison.Ordinal) ? " : IDisposable" : "")}}{{(members.Contains("ICloneable", StringComparison.Ordinal) ? ", ICloneable" : "")}}
        {
            nint _p;
            int _n;
            GCHandle _h;
            {{members}}
        }
        """;
}
