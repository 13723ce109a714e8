using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>What a <c>catch</c> knows of memory: what stood fast before its <c>try</c>, and nothing of what happened in there.</summary>
public class HandlerTests
{
    [Theory]
    [InlineData("void* b = NativeMemory.Alloc(4), e; try { e = NativeMemory.Alloc((nuint)n); } catch (OutOfMemoryException) { NativeMemory.Free(b); NativeMemory.Free({|KMEM2003:b|}); throw; } NativeMemory.Free(b); NativeMemory.Free(e);")]
    [InlineData("nint b = Marshal.AllocHGlobal(4); int done = 0; try { done = Count(n); } catch (Exception) { Marshal.FreeCoTaskMem({|KMEM2002:b|}); throw; } Marshal.FreeHGlobal(b); Marshal.WriteInt32(0, done);")]
    [InlineData("nint b = Marshal.AllocHGlobal(4); int done = 0; Marshal.FreeHGlobal(b); try { done = Count(n); } catch (Exception) { Marshal.WriteByte({|KMEM2004:b|}, 1); } Marshal.WriteInt32(0, done);")]
    [InlineData("NativeMemory.Free(_p); int read = 0; try { read = Console.Read(); } catch (System.IO.IOException) { *(byte*){|KMEM2004:_p|} = 1; } if (read > 0) _p = null;")]
    [InlineData("state s = default; s.P = NativeMemory.Alloc(4); int done = 0; try { done = Count(s.N); } catch (Exception) { NativeMemory.Free(s.P); NativeMemory.Free({|KMEM2003:s.P|}); throw; } NativeMemory.Free(s.P); Marshal.WriteInt32(0, done);")]
    public Task What_the_try_does_not_write_is_known(string statements) => Verify.MembersAsync(Class(statements));

    [Theory]
    [InlineData("NativeMemory.Free(_p); try { Renew(); } catch (Exception) { *(byte*)_p = 1; }")]
    [InlineData("NativeMemory.Free(_p); try { _renew(); } catch (Exception) { *(byte*)_p = 1; }")]
    [InlineData("NativeMemory.Free(_p); try { _p = NativeMemory.Alloc((nuint)n); Count(n); } catch (Exception) { NativeMemory.Free(_p); throw; }")]
    [InlineData("void* p = NativeMemory.Alloc(4); NativeMemory.Free(p); try { Make(out p); } catch (Exception) { NativeMemory.Free(p); throw; } NativeMemory.Free(p);")]
    [InlineData("void* p = kmalloc(4, GFP_KERNEL); kfree(p); void** at = &p; try { *at = kmalloc(8, GFP_KERNEL); Count(n); } catch (Exception) { kfree(p); throw; } kfree(p);")]
    [InlineData("state s = default; s.P = NativeMemory.Alloc(4); NativeMemory.Free(s.P); try { s.P = NativeMemory.Alloc(8); Count(n); } catch (Exception) { NativeMemory.Free(s.P); throw; } NativeMemory.Free(s.P);")]
    [InlineData("void* a = null, b = null; try { a = NativeMemory.Alloc(4); b = NativeMemory.Alloc(4); Count(n); } catch (Exception) { NativeMemory.Free(a); NativeMemory.Free(b); throw; } NativeMemory.Free(a); NativeMemory.Free(b);")]
    [InlineData("nint a = 0, b = 0; try { a = Marshal.AllocHGlobal(4); Count(n); b = Marshal.AllocCoTaskMem(4); Count(n); } catch (Exception) { if (a == 0) return; Marshal.FreeHGlobal(a); if (b != 0) { Marshal.WriteByte(b, 1); Marshal.FreeCoTaskMem(b); } throw; } Marshal.FreeHGlobal(a); Marshal.FreeCoTaskMem(b);")]
    public Task What_the_try_may_write_is_not(string statements) => Verify.CompleteAsync(Class(statements));

    [Theory]
    [InlineData("try { if (p == null) return -ENOMEM; Count(n); } catch (Exception) { p[0] = 1; return 2; } finally { kfree(p); } return 0;")]
    [InlineData("try { if (p == null) throw new OutOfMemoryException(); Count(n); } catch (InvalidOperationException) { p[0] = 1; } kfree(p); return 0;")]
    public Task What_the_try_may_have_checked_is_not_asked_for_a_check(string statements) => Verify.CompleteAsync($$"""
        static int Count(int n) => n > 3 ? throw new InvalidOperationException() : n;
        static int Test(int n) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); {{statements}} }
        """);

    private static string Class(string statements) => $$"""
        struct state { public void* P; public int N; }
        sealed class Holder
        {
            void* _p;
            Action _renew = static () => { };
            void Renew() { _p = NativeMemory.Alloc(8); Count(3); }
            static void Make(out void* p) { p = NativeMemory.Alloc(8); Count(3); }
            static int Count(int n) => n > 3 ? throw new InvalidOperationException() : n;
            void Test(int n) { {{statements}} }
        }
        """;
}
