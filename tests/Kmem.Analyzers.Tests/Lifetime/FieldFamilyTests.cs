using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2002 through private fields: what one member stores, another releases.</summary>
public class FieldFamilyTests
{
    [Theory]
    [InlineData("""
        sealed class Buffer : IDisposable
        {
            private readonly void* _p = NativeMemory.AlignedAlloc(64, 64);
            public void Dispose() => NativeMemory.Free({|KMEM2002:_p|});
        }
        """)]
    [InlineData("""
        sealed class Buffer : IDisposable
        {
            private void* _p;
            public Buffer() => _p = vmalloc(64);
            ~Buffer() { kfree({|KMEM2002:_p|}); }
            public void Dispose() { if (_p != null) { kfree({|KMEM2002:_p|}); _p = null; } }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            private void* _p;
            private void Make() { _p = Get(); }
            private static void* Get() => vmalloc(64);
            public void Drop() { kfree({|KMEM2002:this._p|}); _p = null; }
        }
        """)]
    [InlineData("""
        static class Buffer
        {
            private static nint s_p;
            public static void Make() { s_p = Marshal.StringToCoTaskMemUni("x"); }
            public static void Drop() { Marshal.FreeHGlobal({|KMEM2002:s_p|}); s_p = 0; }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            private void* _p;
            public void Make(bool big) { if (big) _p = vmalloc(64); else _p = vzalloc(64); }
            public void Drop() { var p = _p; kfree({|KMEM2002:p|}); }
        }
        """)]
    [InlineData("""
        sealed partial class Buffer { private void* _p; public void Drop() { kfree({|KMEM2002:_p|}); } }
        sealed partial class Buffer { public void Make() { _p = vmalloc(64); } }
        """)]
    public Task The_field_s_family_is_known(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("""
        sealed class Buffer : IDisposable
        {
            private void* _p = NativeMemory.AlignedAlloc(64, 64);
            public void Dispose() { NativeMemory.AlignedFree(_p); _p = null; }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            private void* _p; private bool _big;
            public void Make(bool big) { _big = big; if (big) _p = vmalloc(64); else _p = kmalloc(64, GFP_KERNEL); }
            public void Drop() { if (_big) vfree(_p); else kfree(_p); }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            private void* _p;
            public Buffer(void* p) => _p = p;
            public void Make() { _p = vmalloc(64); }
            public void Drop() { kfree(_p); }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            internal void* p;
            public void Make() { p = vmalloc(64); }
            public void Drop() { kfree(p); }
        }
        """)]
    [InlineData("""
        sealed class Buffer
        {
            private void* _p;
            public void Make() { _p = vmalloc(64); Swap(ref _p); }
            extern static void Swap(ref void* p);
            public void Drop() { kfree(_p); }
        }
        """)]
    [InlineData("""
        sealed class Buffer { private void* _p; public void Drop() { kfree(_p); } }
        """)]
    public Task The_field_is_released_rightly_or_not_known(string members) => Verify.MembersAsync(members);
}
