using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Memory that a loop cuts into pieces for somebody else: that the loop might be run for none is no leak.</summary>
public class GivenAwayInLoopTests
{
    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { block* b = (block*)(chunk + (i * 16)); b->next = s_free; s_free = b; }")]
    [InlineData("for (int i = n - 1; i >= 0; i--) Return(chunk + (i * 16));")]
    [InlineData("int i = 0; while (i < n) { s_rows[i] = chunk + (i * 16); i++; }")]
    [InlineData("byte* p = chunk; for (int i = 0; i < n; i++, p += 16) s_rows[i] = p;")]
    [InlineData("for (int i = 0; i < n; i++) s_rows[i] = &chunk[i * 16];")]
    [InlineData("foreach (int offset in s_offsets) s_queue.Enqueue((nint)chunk + offset);")]
    [InlineData("for (int i = 0; i < n; i++) s_queue.Enqueue((nint)(chunk + i)); if (n > 7) throw new InvalidOperationException();")]
    public Task Every_round_gives_a_piece_away(string loop) => Verify.CompleteAsync(Slab(loop));

    [Fact]
    public Task Chunks_of_several_rounds_are_given_away() => Verify.CompleteAsync(Slab(
        "", "static void GrowAll(int n) { for (int k = 0; k < 3; k++) { byte* chunk = (byte*)NativeMemory.Alloc(64); for (int i = 0; i < n; i++) Return(chunk + i); } }", end: "NativeMemory.Free(chunk); "));

    [Fact]
    public Task A_list_that_is_empty_gets_a_chunk() => Verify.CompleteAsync(Slab(
        "", "static block* Take(int n) { if (s_free == null) { byte* chunk = (byte*)NativeMemory.Alloc(64); for (int i = 0; i < n; i++) { block* b = (block*)(chunk + i); b->next = s_free; s_free = b; } } block* first = s_free; s_free = first->next; return first; }", end: "NativeMemory.Free(chunk); "));

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { chunk[i] = 1; } if (n == 3) s_queue.Enqueue((nint)chunk); {|KMEM2005:}|}")]
    [InlineData("for (int i = 0; i < n; i++) { Marshal.WriteByte((nint)chunk + i, 1); } if (n == 3) NativeMemory.Free(chunk); {|KMEM2005:}|}")]
    [InlineData("for (int i = 0; i < n; i++) { if (i == 3) s_queue.Enqueue((nint)chunk); } {|KMEM2005:}|}")]
    [InlineData("if (n == 3) {|KMEM2005:return|}; for (int i = 0; i < n; i++) Return(chunk + i); }")]
    [InlineData("for (int i = 0; i < n; i++) { Marshal.WriteByte((nint)chunk + i, 1); } {|KMEM2005:}|}")]
    public Task Nothing_or_not_every_round_gives_it_away(string rest) => Verify.CompleteAsync(Slab(rest, brace: ""));

    private static string Slab(string statements, string member = "", string end = "", string brace = "}") => $$"""
        struct block { public block* next; }
        static block* s_free;
        static readonly byte*[] s_rows = new byte*[8];
        static readonly int[] s_offsets = new int[8];
        static readonly System.Collections.Generic.Queue<nint> s_queue = new();
        static void Return(void* p) { block* b = (block*)p; b->next = s_free; s_free = b; }
        static void Grow(int n) { byte* chunk = (byte*)NativeMemory.Alloc(256); {{end}}{{statements}} {{brace}}
        {{member}}
        """;
}
