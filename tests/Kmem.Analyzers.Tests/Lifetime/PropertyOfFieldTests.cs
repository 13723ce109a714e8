using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A property that gives what a field holds is another name of the field.</summary>
public class PropertyOfFieldTests
{
    private const string Buffer = """
        unsafe sealed class Buffer : IDisposable
        {
            private byte* _p = (byte*)NativeMemory.Alloc(8);
            public byte* Data => _p;
            public nint Address { get { return (nint)this._p; } }
            public byte* Checked => _p == null ? throw new ObjectDisposedException(nameof(Buffer)) : _p;
            public void Dispose() { NativeMemory.Free(_p); _p = null; }
            public void Close() => NativeMemory.Free(_p);
        }
        """;

    [Fact]
    public Task It_is_used_after_the_field_was_released() => Verify.DotNetAsync($$"""
        using System; using System.Runtime.InteropServices;
        {{Buffer}}
        static unsafe class C
        {
            static byte A(Buffer b) { byte* p = b.Data; b.Dispose(); return {|KMEM2004:p|}[0]; }
            static byte B(Buffer b) { nint p = b.Address; b.Dispose(); return Marshal.ReadByte({|KMEM2004:p|}); }
            static byte D(Buffer b) { b.Close(); return {|KMEM2004:b.Data|}[0]; }
            static void E(Buffer b) { NativeMemory.Free(b.Data); {|KMEM2003:b.Close()|}; }
        }
        """);

    [Fact]
    public Task It_is_used_before_and_asked_after() => Verify.DotNetAsync($$"""
        using System; using System.Runtime.InteropServices;
        {{Buffer}}
        static unsafe class C
        {
            static byte A(Buffer b) { byte* p = b.Data; byte first = p[0]; b.Dispose(); return first; }
            static bool B(Buffer b) { b.Dispose(); return b.Data == null && b.Address == 0; }
            static byte D(Buffer b, Buffer other) { byte* p = other.Data; b.Dispose(); return p[0]; }
            static byte E(Buffer b) { b.Dispose(); return b.Checked[0]; }
            static byte F(Buffer b) { byte* p = b.Data; b.Dispose(); b = new Buffer(); p = b.Data; byte first = p[0]; b.Dispose(); return first; }
        }
        """);

    [Fact]
    public Task What_does_more_than_a_field_is_a_call() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices;
        unsafe class Lazy
        {
            private byte* _p;
            public byte* Made => _p != null ? _p : _p = (byte*)NativeMemory.Alloc(8);
            public virtual byte* Other => _p;
            public byte* Replaced { get => _p; set { NativeMemory.Free(_p); _p = value; } }
            public void Close() { NativeMemory.Free(_p); _p = null; }
            static byte A(Lazy l) { l.Close(); return l.Made[0]; }
            static byte B(Lazy l) { l.Close(); return l.Other[0]; }
            static void D(Lazy l) { l.Replaced = (byte*)NativeMemory.Alloc(8); l.Replaced = (byte*)NativeMemory.Alloc(8); l.Close(); }
        }
        """);
}
