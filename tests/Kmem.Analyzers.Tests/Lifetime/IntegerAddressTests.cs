using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Addresses kept in native integers, and computed with.</summary>
public class IntegerAddressTests
{
    [Theory]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:p + 4|});")]
    [InlineData("IntPtr p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:p - n|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:n * 4 + p|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); nint at = n; Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:p + at|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:IntPtr.Add(p, 4)|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:IntPtr.Subtract(p, n)|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32((nint)({|KMEM2004:(long)p + 4|}));")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.ReadInt32({|KMEM2004:new IntPtr(p.ToInt64() + 4)|});")]
    [InlineData("byte* p = (byte*)Marshal.AllocHGlobal(8); Marshal.FreeHGlobal((nint)p); Marshal.ReadInt32({|KMEM2004:(nint)p + 4|});")]
    [InlineData("nuint p = (nuint)NativeMemory.Alloc(8); NativeMemory.Free((void*)p); *(byte*)({|KMEM2004:p + 4u|}) = 1;")]
    public Task An_address_with_a_distance_leads_into_the_memory(string statements) => TestAsync(statements);

    [Theory]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.WriteInt32(p + 4, n); {|KMEM2005:return|};")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.WriteInt32(IntPtr.Add(p, n), n); {|KMEM2005:return|};")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.WriteInt32(new IntPtr(p.ToInt64() + n), n); {|KMEM2005:return|};")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); p += 4; Marshal.WriteInt32(p, n); {|KMEM2005:return|};")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); for (int i = 0; i < n; i++) Marshal.WriteByte(p + i, 0); {|KMEM2005:return|};")]
    public Task Who_only_computes_with_it_keeps_nothing(string statements) => TestAsync(statements);

    [Theory]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal({|KMEM2006:p + 8|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal({|KMEM2006:IntPtr.Add(p, 8)|});")]
    public Task The_middle_of_memory_was_never_allocated(string statements) => TestAsync(statements);

    [Theory]
    [InlineData("nint p = Marshal.AllocHGlobal(8) + 4; Marshal.WriteInt32(p, n); Marshal.FreeHGlobal(p - 4);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); p += 4; Marshal.WriteInt32(p, n); p -= 4; Marshal.FreeHGlobal(p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); nint q = p; for (int i = 0; i < n; i++) { Marshal.WriteByte(q, 1); q += 1; } Marshal.FreeHGlobal(p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); kept = p + 4;")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); kept = (nint)((long)p + 4);")]
    [InlineData("nint p = Marshal.AllocHGlobal(n + 64); kept = (p + 63) & ~63; Marshal.WriteIntPtr(kept - 8, p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); nint q = Marshal.AllocHGlobal(8); nint distance = q - p; kept = p + distance; Marshal.FreeHGlobal(p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); nint[] all = [p + 4, p + 8]; keep(all);")]
    [InlineData("nuint size = (nuint)n; size -= 1; size += 8; kept = Marshal.AllocHGlobal((nint)(size + 4));")]
    public Task Distances_come_back_or_are_handed_on(string statements) => TestAsync(statements);

    [Theory]
    [InlineData("nint")]
    [InlineData("long")]
    [InlineData("string")]
    public Task A_sum_of_thousands_of_terms_is_no_matter(string type) => Verify.DotNetAsync($$"""
        using System.Runtime.InteropServices;

        unsafe class Test
        {
            {{type}} Sum({{type}} x)
            {
                void* p = NativeMemory.Alloc(8);
                {{type}} sum = {{string.Join(" + ", Enumerable.Repeat("x", 5_000))}};
                NativeMemory.Free(p);
                return sum;
            }
        }
        """);

    // What a round demands of a size is something new in each.
    [Theory]
    [InlineData("n - 1")]
    [InlineData("n + 1")]
    [InlineData("n - 1 - 1")]
    public Task A_recursion_that_counts_comes_to_an_end(string next) => Verify.CompleteAsync($$"""
        static byte* Grow(byte* old, nuint n) => n > 64 ? Grow(old, {{next}}) : (byte*)krealloc(old, n, GFP_KERNEL);
        void Test(nuint n) { byte* p = (byte*)kzalloc(8, GFP_KERNEL); {|KMEM2009:p = Grow(p, n)|}; kfree(p); }
        """);

    private static Task TestAsync(string statements) => Verify.DotNetAsync($$"""
        using System;
        using System.Runtime.InteropServices;

        unsafe class Test
        {
            nint kept;

            [DllImport("x")] static extern void keep(nint[] all);

            void Method(int n) { {{statements}} }

            void End() => Marshal.FreeHGlobal(kept);
        }
        """);
}
