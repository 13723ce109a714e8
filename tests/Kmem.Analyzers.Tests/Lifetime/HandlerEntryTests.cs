using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>What is known of memory where a <c>catch</c> begins: all but what the <c>try</c> block may have changed.</summary>
public class HandlerEntryTests
{
    [Theory]
    [InlineData("try { n = Read(); } catch { Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|}); throw; } Marshal.FreeHGlobal(p);")]
    [InlineData("try { s_last = Read(); _count++; } catch { Marshal.FreeHGlobal(p); Log(Marshal.ReadInt32({|KMEM2004:p|})); throw; } Marshal.FreeHGlobal(p);")]
    [InlineData("try { (n, _count) = (Read(), 2); } catch { NativeMemory.Free({|KMEM2002:(void*)p|}); throw; } Marshal.FreeHGlobal(p);")]
    public Task What_the_block_does_not_write_is_known(string statements) => TestAsync("nint p = Marshal.AllocHGlobal(8); " + statements);

    [Theory]
    [InlineData("nint p = Marshal.AllocHGlobal(8); try { Marshal.FreeHGlobal(p); p = 0; n = Read(); p = Marshal.AllocHGlobal(8); } catch { Marshal.FreeHGlobal(p); throw; } Marshal.FreeHGlobal(p);")]
    [InlineData("_own = Marshal.AllocHGlobal(8); try { Marshal.FreeHGlobal(_own); _own = 0; Read(); } catch { Marshal.FreeHGlobal(_own); throw; }")]
    [InlineData("Pair pair; pair.First = Marshal.AllocHGlobal(8); try { Marshal.FreeHGlobal(pair.First); pair.First = 0; Read(); } catch { Marshal.FreeHGlobal(pair.First); throw; }")]
    [InlineData("given = Marshal.AllocHGlobal(8); try { Marshal.FreeHGlobal(given); given = 0; Read(); } catch { Marshal.FreeHGlobal(given); throw; }")]
    [InlineData("Marshal.FreeHGlobal(given); try { given = Marshal.AllocHGlobal(8); Read(); Marshal.FreeHGlobal(given); given = 0; } catch { Marshal.FreeHGlobal(given); throw; }")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); nint* at = &p; try { Marshal.FreeHGlobal(*at); *at = 0; Read(); } catch { Marshal.FreeHGlobal(*at); throw; }")]
    public Task What_it_writes_may_be_anything(string statements) => TestAsync(statements);

    private static Task TestAsync(string statements) => Verify.MembersAsync($$"""
        struct Pair { public nint First; }
        nint _own;
        int _count;
        static int s_last;
        static int Read() => int.Parse(Environment.MachineName);
        static void Log(int value) => Console.WriteLine(value);
        void Test(nint given, int n) { {{statements}} }
        """);
}
