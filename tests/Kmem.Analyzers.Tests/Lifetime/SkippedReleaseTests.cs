using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2012: memory of .NET's own allocators, where an exception may come before its release.</summary>
public class SkippedReleaseTests
{
    [Theory]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(System.Threading.SemaphoreSlim s, System.Threading.CancellationToken stop) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; s.Wait(stop); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { void* p = {|KMEM2012:NativeMemory.Alloc(8)|}; stream.Flush(); NativeMemory.Free(p); }")]
    [InlineData("void Test(Action callback) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; callback(); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.StringToBSTR(\"\")|}; int rc = native(p); if (rc != 0) throw new IOException(); Marshal.FreeBSTR(p); }")]
    [InlineData("void Test(string s) { var h = {|KMEM2012:GCHandle.Alloc(this)|}; int n = int.Parse(s); native(n); h.Free(); }")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocCoTaskMem(8)|}; Deep(3); Marshal.FreeCoTaskMem(p); } void Deep(int n) { if (n > 0) Deep(n - 1); else Work(); }")]
    [InlineData("void Test(int n) { while (n-- > 0) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; stream.ReadByte(); Marshal.FreeHGlobal(p); } }")]
    [InlineData("void Test() { try { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); Marshal.FreeHGlobal(p); } catch (IOException) { } }")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { Work(); Marshal.FreeHGlobal(p); } catch (IOException) { Log(); } }")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { Work(); } catch (IOException) { Log(); throw; } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { Work(); } finally { Log(); } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(bool c) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if (c) Work(); if (c) { Marshal.FreeHGlobal(p); return; } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = {|KMEM2012:Make()|}; Work(); Marshal.FreeHGlobal(p); } IntPtr Make() => Marshal.AllocHGlobal(8);")]
    [InlineData("void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); Release(p); } void Release(IntPtr p) => Marshal.FreeHGlobal(p);")]
    [InlineData("abstract class Codec { public abstract int Encode(byte* p); } void Test(Codec codec) { byte* p = (byte*){|KMEM2012:NativeMemory.Alloc(8)|}; codec.Encode(p); NativeMemory.Free(p); }")]
    [InlineData("void Test() { goto start; start: var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); goto end; end: Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(int rc) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; native(p); Marshal.ThrowExceptionForHR(rc); Marshal.FreeHGlobal(p); }")]
    public Task A_release_that_an_exception_would_skip_is_reported(string members) => LibraryAsync(members);

    [Theory]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { Work(); } finally { Marshal.FreeHGlobal(p); } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { Work(); } catch { Marshal.FreeHGlobal(p); throw; } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { Work(); } catch (IOException) { } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { IntPtr p = IntPtr.Zero; try { p = Marshal.AllocHGlobal(8); Work(); } finally { Marshal.FreeHGlobal(p); } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { Work(); } finally { Clean(p); } void Clean(IntPtr q) => Marshal.FreeHGlobal(q); }")]
    [InlineData("void Test(byte[] b) { var p = Marshal.AllocHGlobal(b.Length); Marshal.Copy(b, 0, p, b.Length); native(p); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); Log(); Checked(1); Marshal.FreeHGlobal(p); } void Checked(int n) { if (n < 0) throw new ArgumentOutOfRangeException(nameof(n)); }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); Safe(); Marshal.FreeHGlobal(p); } void Safe() { try { Work(); } catch (Exception) { } }")]
    [InlineData("void Test() { Work(); var p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Work(); }")]
    [InlineData("IntPtr kept; void Test() { kept = Marshal.AllocHGlobal(8); Work(); } void End() { Marshal.FreeHGlobal(kept); kept = IntPtr.Zero; }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); Console.WriteLine(); GC.KeepAlive(this); _ = Math.Max(1, 2); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(List<int> list) { var p = Marshal.AllocHGlobal(8); list.Add(1); _ = list[0]; Marshal.FreeHGlobal(p); }")]
    [InlineData("byte[] Test() { var b = System.Buffers.ArrayPool<byte>.Shared.Rent(8); Work(); System.Buffers.ArrayPool<byte>.Shared.Return(b); return new byte[8]; }")]
    [InlineData("void Test() { using var h = new PinnedGCHandle(); Work(); } ref struct PinnedGCHandle { public void Dispose() { } }")]
    [InlineData("void Test(System.Threading.SemaphoreSlim s, System.Threading.Thread t) { var p = Marshal.AllocHGlobal(8); t.Start(); s.Wait(); t.Join(); Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); lock (stream) { native(p); } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(int n) { var p = Marshal.AllocHGlobal(8); Down(n); Marshal.FreeHGlobal(p); } void Down(int n) { if (n > 0) Down(n - 1); }")]
    [InlineData("[UnmanagedFunctionPointer(CallingConvention.Cdecl)] delegate int Entry(IntPtr p); void Test(Entry entry) { var p = Marshal.AllocHGlobal(8); entry(p); Marshal.FreeHGlobal(p); }")]
    public Task A_release_that_comes_whatever_happens_is_not(string members) => LibraryAsync(members);

    [Theory]
    [InlineData("int Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { if (native(p) != 0) return 0; return Marshal.ReadInt32(p); } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("int Test() { IntPtr p; p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { native(p); return *(int*)p; } catch (IOException) { Marshal.FreeHGlobal(p); return 0; } }")]
    [InlineData("void Test(List<int> all) { byte* p = (byte*){|KMEM2012:NativeMemory.Alloc(8)|}; try { while (native((IntPtr)p) != 0) all.Add(p[0]); } catch { NativeMemory.Free(p); throw; } }")]
    [InlineData("int Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { native(p); Work(); return Marshal.ReadInt32(p); } catch (IOException) { Marshal.FreeHGlobal(p); throw; } catch { Log(); Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("string? Test() { var p = {|KMEM2012:Marshal.AllocCoTaskMem(8)|}; if (p == IntPtr.Zero) return null; try { native(p); return Marshal.PtrToStringAnsi(p); } catch { Marshal.FreeCoTaskMem(p); throw; } }")]
    public Task A_release_in_a_catch_alone_is_skipped_where_nothing_fails(string members) => LibraryAsync(members);

    [Theory]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { Marshal.WriteInt32(p, 1); native(p); } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { native(p); Marshal.WriteInt32(p, 1); native(p); } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("void Test(List<IntPtr> all) { var p = Marshal.AllocHGlobal(8); try { native(p); all.Add(p); Marshal.WriteInt32(p, 1); } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { native(p); Marshal.ReadInt32(p); } finally { Marshal.FreeHGlobal(p); } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { native(p); Marshal.ReadInt32(p); } catch { Marshal.FreeHGlobal(p); throw; } Marshal.FreeHGlobal(p); }")]
    [InlineData("IntPtr Test() { var p = Marshal.AllocHGlobal(8); try { native(p); Marshal.ReadInt32(p); return p; } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("IntPtr kept; void Test() { var p = Marshal.AllocHGlobal(8); try { native(p); kept = p; Marshal.ReadInt32(p); } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("void Test() { var p = Marshal.AllocHGlobal(8); try { native(p); Marshal.ReadInt32(p); Later(() => Marshal.FreeHGlobal(p)); } catch { Marshal.FreeHGlobal(p); throw; } } Action? later; void Later(Action a) => later = a;")]
    public Task A_native_function_may_have_taken_over_what_only_a_catch_releases(string members) => LibraryAsync(members);

    // Nobody may have taken it: that is a leak where the code goes on.
    [Fact]
    public Task What_nobody_can_have_taken_over_is_lost_behind_the_catch() => LibraryAsync(
        "int Test() { var p = Marshal.AllocHGlobal(8); try { Work(); {|KMEM2005:return|} Marshal.ReadInt32(p); } catch { Marshal.FreeHGlobal(p); throw; } }");

    // One defect is one report: the memory is lost where the exception is thrown.
    [Fact]
    public Task Memory_that_is_lost_on_some_path_is_reported_there() => LibraryAsync(
        "void Test(int n) { var p = Marshal.AllocHGlobal(8); if (n > 3) {|KMEM2005:throw|} new IOException(); Work(); Marshal.FreeHGlobal(p); }");

    [Fact]
    public Task An_await_may_throw() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading.Tasks;

        class Sender
        {
            async Task SendAsync(Task sent)
            {
                IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};
                await sent;
                Marshal.FreeHGlobal(p);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_kernels_manner_does_not_throw() => Verify.CompleteAsync("""
        void Test() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); Work(); kfree(p); }
        void Native() { void* p = NativeMemory.Alloc(8); printk("x"); msleep(1); NativeMemory.Free(p); }
        static void Work() => throw new InvalidOperationException();
        """);

    [Fact]
    public Task The_message_tells_what_throws_and_what_is_skipped() => LibraryAsync(
        "void Test() { var p = {|#0:Marshal.AllocHGlobal(8)|}; {|#1:Work()|}; {|#2:Marshal.FreeHGlobal(p)|}; }",
        Verify.Report("KMEM2012").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("An exception from 'Work' would skip 'FreeHGlobal', and 'p' would never be released"));

    [Fact]
    public Task The_message_says_that_the_catch_is_all_there_is() => LibraryAsync(
        "int Test() { var p = {|#0:Marshal.AllocHGlobal(8)|}; try { native(p); return Marshal.ReadInt32(p); } catch { {|#1:Marshal.FreeHGlobal(p)|}; throw; } }",
        Verify.Report("KMEM2012").WithLocation(0).WithLocation(1)
            .WithMessage("'FreeHGlobal' stands in 'catch' alone: where nothing fails, 'p' is never released"));

    internal static Task LibraryAsync(string members, params Microsoft.CodeAnalysis.Testing.DiagnosticResult[] expected) => Verify.DotNetAsync($$"""
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Runtime.InteropServices;

        unsafe class Library
        {
            Stream stream = Stream.Null;
            [DllImport("x")] static extern int native(IntPtr p);
            [DllImport("x")] static extern int native_all(IntPtr[] all);
            static void Work() { if (File.Exists("x")) throw new IOException(); }
            static void Log() { }
            {{members}}
        }
        """, expected);
}
