using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2013: a private field that owns memory, which nothing releases, or only while disposing.</summary>
public class OwnedFieldTests
{
    [Theory]
    [InlineData("sealed class Box : IDisposable { private nint {|KMEM2013:_p|} = Marshal.AllocHGlobal(8); public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private void* {|KMEM2013:_p|}; public Box() { _p = NativeMemory.Alloc(8); } public void Dispose() { _p = null; } }")]
    [InlineData("sealed class Box { private byte* {|KMEM2013:_p|}; public Box() { _p = (byte*)kzalloc(8, GFP_KERNEL); if (_p != null) _p[0] = 1; } ~Box() { } }")]
    [InlineData("sealed class Box : IDisposable { private ring* {|KMEM2013:_r|}; public void Open() { _r = (ring*)kmalloc(64, GFP_KERNEL); if (_r != null) _r->head = 0; } public void Dispose() { GC.SuppressFinalize(this); } }")]
    [InlineData("sealed class Box : IDisposable { private GCHandle {|KMEM2013:_h|}; public Box(object o) { _h = GCHandle.Alloc(o); } public object? Target => _h.Target; public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private nint _p, {|KMEM2013:_q|}; public Box() { _p = Marshal.AllocHGlobal(8); _q = Marshal.StringToCoTaskMemUni(\"x\"); } public void Dispose() { Marshal.FreeHGlobal(_p); } }")]
    [InlineData("sealed class Box : IDisposable { private readonly nint {|KMEM2013:_p|}; public Box() { _p = Make(); Marshal.WriteByte(_p, 1); } static nint Make() => Marshal.AllocHGlobal(8); public void Dispose() { } }")]
    [InlineData("class Box : IDisposable { private nint _p; public void Set(string s) { Marshal.FreeHGlobal(_p); _p = Marshal.StringToHGlobalAnsi(s); } public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing) { {|KMEM2013:Marshal.FreeHGlobal(_p)|}; _p = 0; } } }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing) { {|KMEM2013:Marshal.FreeHGlobal(_p)|}; _p = 0; } } }")]
    [InlineData("class Box : IDisposable { private GCHandle _h; public Box(object o) { _h = GCHandle.Alloc(o); } ~Box() => Dispose(false); public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing && true) { } if (disposing) {|KMEM2013:_h.Free()|}; } }")]
    [InlineData("class Box : IDisposable { private void* _p = NativeMemory.Alloc(8); public void Dispose() => Dispose(true); ~Box() => Dispose(false); protected virtual void Dispose(bool disposing) { if (disposing && _p != null) { {|KMEM2013:NativeMemory.Free(_p)|}; _p = null; } } }")]
    [InlineData("class Box : IDisposable { private void* _p; public Box(int n) { _p = NativeMemory.Alloc(8); if (n > 3) { NativeMemory.Free(_p); throw new ArgumentException(); } } public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing) { {|KMEM2013:NativeMemory.Free(_p)|}; _p = null; } } }")]
    [InlineData("class Box : IDisposable { private void* {|KMEM2013:_p|}; public Box(int n) { _p = NativeMemory.Alloc(8); try { if (n > 3) throw new ArgumentException(); } catch { NativeMemory.Free(_p); throw; } } public void Dispose() => _p = null; }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); ~Box() => Dispose(false); public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (!disposing) { return; } {|KMEM2013:Marshal.FreeHGlobal(_p)|}; } }")]
    public Task Memory_that_nothing_releases(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("sealed class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() { Marshal.FreeHGlobal(_p); } }")]
    [InlineData("sealed class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() { var p = _p; Marshal.FreeHGlobal(p); } }")]
    [InlineData("sealed class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() { Marshal.FreeHGlobal(Interlocked.Exchange(ref _p, 0)); } }")]
    [InlineData("sealed class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public nint Take() => _p; public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); extern static void Use(nint p); public void Run() => Use(_p); public void Dispose() { } }")]
    [InlineData("sealed class Box { private nint _p = Marshal.AllocHGlobal(8); public void Run() => Marshal.WriteByte(_p, 1); }")]
    [InlineData("sealed class Box : IDisposable { private readonly nint _p; public Box(nint p) { _p = p; } public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private readonly byte[] _p = System.Buffers.ArrayPool<byte>.Shared.Rent(8); public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { internal nint P = Marshal.AllocHGlobal(8); public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private static nint s_p = Marshal.AllocHGlobal(8); public void Dispose() { } }")]
    [InlineData("sealed class Box : IDisposable { private int* _p; private int _x; public void Dispose() { _p = null; _x++; } }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() => Dispose(true); ~Box() => Dispose(false); protected virtual void Dispose(bool disposing) { if (disposing) { GC.SuppressFinalize(this); } Marshal.FreeHGlobal(_p); } }")]
    [InlineData("class Box : IDisposable { private nint _p; public void Set(string s) { Marshal.FreeHGlobal(_p); _p = Marshal.StringToHGlobalAnsi(s); } public void Dispose() => Marshal.FreeHGlobal(_p); }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Close() { Marshal.FreeHGlobal(_p); } public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing) Marshal.FreeHGlobal(_p); } }")]
    [InlineData("sealed class Box : IDisposable { private GCHandle _h; public Box(object o) { _h = GCHandle.Alloc(o); } public nint Number => GCHandle.ToIntPtr(_h); public void Dispose() { } }")]
    [InlineData("sealed partial class Box { private nint _p = Marshal.AllocHGlobal(8); } sealed partial class Box : IDisposable { public void Dispose() => Marshal.FreeHGlobal(_p); }")]
    [InlineData("class Box : IDisposable { private void* _p = NativeMemory.Alloc(8); public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { if (disposing || _p != null) { NativeMemory.Free(_p); _p = null; } } }")]
    [InlineData("sealed class Box : IDisposable { private void* _p; public Box(int n) { _p = NativeMemory.Alloc(8); if (n > 3) *(byte*)_p = 1; NativeMemory.Free(_p); _p = null; } public void Dispose() { } }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); ~Box() => Dispose(false); public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { Marshal.FreeHGlobal(_p); if (!disposing) return; GC.SuppressFinalize(this); } }")]
    [InlineData("class Box : IDisposable { private nint _p = Marshal.AllocHGlobal(8); public void Dispose() { if (Interlocked.Exchange(ref _p, 0) is var p and not 0) Marshal.FreeHGlobal(p); } }")]
    [InlineData("sealed class Queue : IDisposable { private ring* _head, _tail; public void Put() { ring* r = (ring*)kzalloc(64, GFP_KERNEL); if (r == null) return; if (_tail == null) _head = r; else _tail->next = r; _tail = r; } private ring* Take() { ring* r = _head; if (r != null) _head = r->next; if (_head == null) _tail = null; return r; } public void Dispose() { for (ring* r; (r = Take()) != null;) kfree(r); } }")]
    public Task Memory_that_is_released_or_handed_out(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task The_message_names_the_field_and_the_allocation() => Verify.MembersAsync(
        "sealed class Box : IDisposable { private nint {|#0:_p|}; public Box() { _p = {|#1:Marshal.AllocHGlobal(8)|}; } public void Dispose() { } }",
        Verify.Report("KMEM2013").WithLocation(0).WithLocation(1).WithMessage("'_p' owns memory from 'AllocHGlobal' that no member of 'Box' releases"));
}
