using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Spans and references over native memory: they lead to it, and whoever gets one cannot release it.</summary>
public class ViewTests
{
    private const string Allocation = "byte* p = (byte*)NativeMemory.Alloc(8); ";

    [Theory]
    [InlineData("new Span<byte>(p, 8).Clear(); {|KMEM2005:return|};")]
    [InlineData("var s = new Span<byte>(p, 8); s[0] = 1; s[1]++; {|KMEM2005:return|};")]
    [InlineData("Read(new Span<byte>(p, 8)); {|KMEM2005:return|};")]
    [InlineData("int n = Encoding.UTF8.GetBytes(\"x\", new Span<byte>(p, 8).Slice(2)); {|KMEM2005:return|};")]
    [InlineData("string t = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(p, 8)); {|KMEM2005:return|};")]
    [InlineData("Span<byte> s = new(p, 8); ReadOnlySpan<byte> r = s; r.CopyTo(new byte[8]); {|KMEM2005:return|};")]
    [InlineData("new byte[8].CopyTo(new Span<byte>(p, 8)); {|KMEM2005:return|};")]
    [InlineData("foreach (ref byte b in new Span<byte>(p, 8)) b = 1; {|KMEM2005:return|};")]
    [InlineData("visitor(new Span<byte>(p, 8)); {|KMEM2005:return|};")]
    [InlineData("ref int first = ref Unsafe.AsRef<int>(p); first = 1; {|KMEM2005:return|};")]
    [InlineData("Unsafe.Write(Unsafe.Add<int>(p, 1), 3); {|KMEM2005:return|};")]
    [InlineData("Interlocked.Increment(ref *(int*)p); {|KMEM2005:return|};")]
    [InlineData("var s = MemoryMarshal.CreateSpan(ref *p, 8); s.Fill(1); {|KMEM2005:return|};")]
    public Task Who_sees_memory_through_a_view_does_not_take_it_over(string statements) => TestAsync($"void Test(Visitor visitor) {{ {Allocation}{statements} }}");

    [Theory]
    [InlineData("Span<byte> Test() { byte* p = (byte*)NativeMemory.Alloc(8); return new Span<byte>(p, 8); }")]
    [InlineData("ReadOnlySpan<byte> Test() { byte* p = (byte*)NativeMemory.Alloc(8); var s = new Span<byte>(p, 8); s[0] = 1; return s.Slice(1); }")]
    [InlineData("Span<int> Test() { byte* p = (byte*)NativeMemory.Alloc(8); return MemoryMarshal.Cast<byte, int>(new Span<byte>(p, 8)); }")]
    [InlineData("Span<byte> Test() { byte* p = (byte*)NativeMemory.Alloc(8); return MemoryMarshal.CreateSpan(ref *p, 8); }")]
    [InlineData("ref byte Test() { byte* p = (byte*)NativeMemory.Alloc(8); return ref new Span<byte>(p, 8)[3]; }")]
    [InlineData("ref int Test() { byte* p = (byte*)NativeMemory.Alloc(8); return ref Unsafe.AsRef<int>(p); }")]
    [InlineData("bool Test(out Span<byte> s) { byte* p = (byte*)NativeMemory.Alloc(8); s = new Span<byte>(p, 8); return true; }")]
    [InlineData("Keeper Test() { byte* p = (byte*)NativeMemory.Alloc(8); var k = new Keeper(); k.Set(new Span<byte>(p, 8)); return k; }")]
    [InlineData("Span<byte> Part(Span<byte> s) => s.Slice(1); Span<byte> Test() { byte* p = (byte*)NativeMemory.Alloc(8); return Part(new Span<byte>(p, 8)); }")]
    [InlineData("static Queue<nint> s_free = new(); void Test() { byte* p = (byte*)NativeMemory.Alloc(8); new Span<byte>(p, 8).Clear(); s_free.Enqueue((nint)p); }")]
    public Task Who_gets_the_view_has_the_memory(string members) => TestAsync(members);

    [Theory]
    [InlineData("fixed (byte* q = new Span<byte>(p, 8)) NativeMemory.Free(q);")]
    [InlineData("NativeMemory.Free(Unsafe.AsPointer(ref new Span<byte>(p, 8)[0]));")]
    [InlineData("NativeMemory.Free(Unsafe.AsPointer(ref MemoryMarshal.GetReference(new Span<byte>(p, 8))));")]
    [InlineData("Return(new Span<byte>(p, 8));")]
    [InlineData("Delete(ref *p);")]
    [InlineData("delete(ref *p);")]
    [InlineData("try { new Span<byte>(p, 8).Clear(); } finally { NativeMemory.Free(p); }")]
    public Task An_address_can_be_had_of_it_again(string statements) => TestAsync($"void Test() {{ {Allocation}{statements} }}");

    [Fact]
    public Task A_helper_rents_memory_as_a_span_and_another_returns_it() => TestAsync("""
        static Span<byte> Rent(int n) => new Span<byte>(NativeMemory.Alloc((nuint)n), n);
        void Test() { var s = Rent(4); s.Clear(); Return(s); }
        void Lose() { var s = {|KMEM2005:Rent(4)|}; s.Clear(); }
        """);

    [Fact]
    public Task Memory_or_the_stack_is_cleared_and_only_memory_released() => TestAsync("""
        void Test(int n)
        {
            byte* p = null;
            Span<byte> s = n < 64 ? stackalloc byte[64] : new Span<byte>(p = (byte*)NativeMemory.Alloc((nuint)n), n);
            s.Clear();
            NativeMemory.Free(p);
        }
        """);

    [Fact]
    public Task Memory_is_used_after_its_release_where_a_view_is_made_of_it() => TestAsync(
        $$"""byte Test() { {{Allocation}}NativeMemory.Free(p); return new Span<byte>({|KMEM2004:p|}, 8)[0]; }""");

    [Fact]
    public async Task A_struct_of_a_library_may_release_what_it_is_made_of()
    {
        var library = SourceProject.Compile("Buffers", ("Buffer.cs", """
            public unsafe readonly ref struct NativeBuffer(byte* start)
            {
                private readonly byte* _start = start;
                public void Free() => System.Runtime.InteropServices.NativeMemory.Free(_start);
            }
            """));
        var user = SourceProject.Compile("User", ("User.cs", """
            unsafe class User { void Test() { var buffer = new NativeBuffer((byte*)System.Runtime.InteropServices.NativeMemory.Alloc(8)); buffer.Free(); } }
            """)).AddReferences(ImageOf(library));

        Assert.Empty(user.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Empty(await user.WithAnalyzers([new MemoryDisciplineAnalyzer()]).GetAnalyzerDiagnosticsAsync());
    }

    private static PortableExecutableReference ImageOf(CSharpCompilation library)
    {
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static Task TestAsync(string members) => Verify.DotNetAsync($$"""
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Text;
        using System.Threading;

        delegate void Visitor(Span<byte> bytes);

        ref struct Keeper
        {
            ReadOnlySpan<byte> _kept;
            public void Set(ReadOnlySpan<byte> kept) => _kept = kept;
        }

        unsafe class Library
        {
            [DllImport("x")] static extern void delete(ref byte first);
            static void Read(Span<byte> into) => into.Fill(1);
            static void Delete(ref byte first) => NativeMemory.Free(Unsafe.AsPointer(ref first));
            static void Return(Span<byte> s) => NativeMemory.Free(Unsafe.AsPointer(ref MemoryMarshal.GetReference(s)));
            {{members}}
        }
        """);
}
