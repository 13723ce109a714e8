using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2012: an exception comes before memory has reached those who would release it: the caller, a field, the owner of a new object.</summary>
public class SkippedHandoverTests
{
    [Theory]
    [InlineData("IntPtr Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); return p; }")]
    [InlineData("IntPtr Test(Action<IntPtr> write) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; write(p); return p; }")]
    [InlineData("byte* Test(string s) { byte* p = (byte*){|KMEM2012:NativeMemory.Alloc(8)|}; *p = (byte)int.Parse(s); return p + 1; }")]
    [InlineData("IntPtr Test(byte[] b) { var p = {|KMEM2012:Marshal.AllocCoTaskMem(b.Length)|}; int n = stream.Read(b, 0, b.Length); Marshal.Copy(b, 0, p, n); return p; }")]
    [InlineData("IntPtr Test(bool c) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if (c) Work(); return p; }")]
    [InlineData("IntPtr Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { Work(); return p; } catch (IOException) { return IntPtr.Zero; } }")]
    [InlineData("IntPtr Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; try { Work(); } catch (IOException) { Log(); throw; } return p; }")]
    [InlineData("IntPtr kept; void Test() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); kept = p; } void End() => Marshal.FreeHGlobal(kept);")]
    [InlineData("IntPtr Down(int n) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if (n > 0) Marshal.FreeHGlobal(Down(n - 1)); Work(); return p; }")]
    public Task The_caller_or_a_field_never_gets_it(string members) => SkippedReleaseTests.LibraryAsync(members);

    [Theory]
    [InlineData("IntPtr Test() { Work(); var p = Marshal.AllocHGlobal(8); return p; }")]
    [InlineData("IntPtr Test() { var p = Marshal.AllocHGlobal(8); try { Work(); return p; } catch { Marshal.FreeHGlobal(p); throw; } }")]
    [InlineData("IntPtr Test() { var p = Marshal.AllocHGlobal(8); try { Work(); } catch (IOException) { Log(); } return p; }")]
    [InlineData("IntPtr Test() { var p = Marshal.AllocHGlobal(8); bool done = false; try { Work(); done = true; return p; } finally { if (!done) Marshal.FreeHGlobal(p); } }")]
    [InlineData("IntPtr Test(byte[] b) { var p = Marshal.AllocHGlobal(b.Length); Marshal.Copy(b, 0, p, b.Length); native(p); return p; }")]
    [InlineData("IntPtr kept; void Test() { kept = Marshal.AllocHGlobal(8); Work(); } void End() => Marshal.FreeHGlobal(kept);")]
    [InlineData("IntPtr kept; void Test() { var p = Marshal.AllocHGlobal(8); kept = p; Work(); } void End() => Marshal.FreeHGlobal(kept);")]
    [InlineData("IntPtr Test(out bool ok) { var p = Marshal.AllocHGlobal(8); ok = p != IntPtr.Zero; return p; }")]
    [InlineData("byte[] Test() { var b = System.Buffers.ArrayPool<byte>.Shared.Rent(8); Work(); return b; }")]
    [InlineData("IntPtr Test() => Marshal.AllocHGlobal(8);")]
    public Task It_gets_there_or_is_released(string members) => SkippedReleaseTests.LibraryAsync(members);

    [Theory]
    [InlineData("Box(object o, int n) { _h = {|KMEM2012:GCHandle.Alloc(o)|}; _p = Marshal.AllocHGlobal(n); }")]
    [InlineData("Box(object o, nuint n) { _h = {|KMEM2012:GCHandle.Alloc(o)|}; _p = Marshal.AllocHGlobal((nint)n); }")]
    [InlineData("Box() { _p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); }")]
    [InlineData("Box() { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; this._p = p; Marshal.WriteByte(p, (byte)s_stream.ReadByte()); }")]
    [InlineData("Box() { _p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if (native(_p) != 0) throw new InvalidOperationException(); }")]
    [InlineData("Box(int n) { _p = {|KMEM2012:Marshal.AllocHGlobal(n)|}; for (int i = 0; i < n; i++) Marshal.WriteByte(_p, i, byte.Parse(\"1\")); }")]
    [InlineData("Box(Action<IntPtr> fill) { _p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; fill(_p); }")]
    [InlineData("Box(int n) : this() { _p = {|KMEM2012:Marshal.AllocHGlobal(n)|}; Work(); } Box() { }")]
    public Task Nobody_gets_an_object_whose_constructor_throws(string members) => SkippedReleaseTests.LibraryAsync(Box(members));

    [Theory]
    [InlineData("Box(object o, int n) { _h = GCHandle.Alloc(o); try { _p = Marshal.AllocHGlobal(n); } catch { _h.Free(); throw; } }")]
    [InlineData("Box(object o, int n) { _h = GCHandle.Alloc(o); _p = Marshal.AllocHGlobal(n); } ~Box() => Dispose();")]
    [InlineData("Box(object o) { _h = GCHandle.Alloc(o); _p = Marshal.AllocHGlobal(64); }")]
    [InlineData("Box() { _p = Marshal.AllocHGlobal(8); if (native(_p) != 0) { Dispose(); throw new InvalidOperationException(); } }")]
    [InlineData("Box() { _p = Marshal.AllocHGlobal(8); if (native(_p) != 0) { Marshal.FreeHGlobal(_p); throw new InvalidOperationException(); } }")]
    [InlineData("Box() { Work(); _p = Marshal.AllocHGlobal(8); Log(); native(_p); }")]
    [InlineData("Box() { try { _p = Marshal.AllocHGlobal(8); Work(); } catch (IOException) { Dispose(); throw; } }")]
    [InlineData("Box() { } void Open() { _p = Marshal.AllocHGlobal(8); Work(); }")]
    [InlineData("Box(IntPtr p) { _p = p; Work(); }")]
    [InlineData("Box() { Other = Marshal.AllocHGlobal(8); Work(); } internal IntPtr Other;")]
    [InlineData("static IntPtr s_p; Box() { s_p = Marshal.AllocHGlobal(8); Work(); }")]
    public Task It_is_prepared_for_that_or_cannot_throw(string members) => SkippedReleaseTests.LibraryAsync(Box(members));

    [Fact]
    public Task A_finalizer_of_a_base_class_runs_all_the_same() => SkippedReleaseTests.LibraryAsync("""
        abstract class Finalized : IDisposable { ~Finalized() => Dispose(); public abstract void Dispose(); }
        sealed class Box : Finalized { IntPtr _p; public Box() { _p = Marshal.AllocHGlobal(8); Work(); } public override void Dispose() { Marshal.FreeHGlobal(_p); _p = IntPtr.Zero; } }
        sealed class Handle : SafeHandle
        {
            private IntPtr _extra;
            public Handle() : base(IntPtr.Zero, true) { _extra = Marshal.AllocHGlobal(8); Work(); }
            public override bool IsInvalid => false;
            protected override bool ReleaseHandle() { Marshal.FreeHGlobal(_extra); return true; }
        }
        """);

    [Theory]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = {|KMEM2012:Marshal.StringToHGlobalUni(\"\")|}; Work(); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]);")]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = {|KMEM2012:Marshal.AllocHGlobal(i)|}; if (native_all(all) < 0) throw new IOException(); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]);")]
    [InlineData("IntPtr[] all = new IntPtr[n]; int i = 0; while (i < n) { var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; all[i++] = p; } stream.Flush(); foreach (IntPtr each in all) Marshal.FreeHGlobal(each);")]
    [InlineData("byte*[] all = new byte*[n]; for (int i = 0; i < n; i++) all[i] = (byte*){|KMEM2012:NativeMemory.Alloc(8)|}; Work(); for (int i = n - 1; i >= 0; i--) NativeMemory.Free(all[i]);")]
    [InlineData("var pins = new GCHandle[n]; for (int i = 0; i < n; i++) pins[i] = {|KMEM2012:GCHandle.Alloc(this)|}; Work(); for (int i = 0; i < n; i++) pins[i].Free();")]
    [InlineData("var two = new IntPtr[2]; two[0] = {|KMEM2012:Marshal.AllocHGlobal(8)|}; two[1] = IntPtr.Zero; Work(); Marshal.FreeHGlobal(two[0]);")]
    public Task The_elements_of_an_array_are_lost_with_it(string statements) => SkippedReleaseTests.LibraryAsync($"void Test(int n) {{ {statements} }}");

    [Theory]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); try { Work(); } finally { foreach (var each in all) Marshal.FreeHGlobal(each); }")]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); int rc = native_all(all); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]); if (rc < 0) throw new IOException();")]
    [InlineData("var all = new IntPtr[n]; Work(); for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); native_all(all); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]);")]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); kept = all; Work(); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]); kept = null;")]
    [InlineData("var all = new IntPtr[n]; var others = new IntPtr[n]; all[0] = Marshal.AllocHGlobal(8); kept = all; Work(); Marshal.FreeHGlobal(others[0]);")]
    [InlineData("var all = kept; for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); Work(); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(all[i]);")]
    [InlineData("var all = new IntPtr[n]; for (int i = 0; i < n; i++) all[i] = Marshal.AllocHGlobal(8); Work(); native_all(all);")]
    public Task The_elements_are_released_or_somebody_elses(string statements) => SkippedReleaseTests.LibraryAsync($"IntPtr[] kept; void Test(int n) {{ {statements} }}");

    [Theory]
    [InlineData("var p = Marshal.AllocHGlobal(8); if (native(p) < 0) goto fail; if (native(p) < 0) { native(p); throw new IOException(); } return; fail: Marshal.FreeHGlobal(p);")]
    [InlineData("var p = Marshal.AllocHGlobal(8); if (native(p) < 0) { Marshal.FreeHGlobal(p); throw new IOException(); } Work();")]
    [InlineData("var h = GCHandle.Alloc(this); if (native(GCHandle.ToIntPtr(h)) == 0) return; Work(); h.Free();")]
    public Task Who_was_left_the_memory_has_it_when_an_exception_comes(string statements) => SkippedReleaseTests.LibraryAsync($"void Test() {{ {statements} }}");

    [Theory]
    [InlineData("var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; Work(); if (native(p) < 0) Marshal.FreeHGlobal(p);")]
    [InlineData("var p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if (native(p) < 0) { Work(); } Marshal.FreeHGlobal(p);")]
    public Task Before_that_or_where_nobody_is_left_it_nobody_has(string statements) => SkippedReleaseTests.LibraryAsync($"void Test() {{ {statements} }}");

    [Fact]
    public Task The_message_says_that_nobody_is_left() => SkippedReleaseTests.LibraryAsync(
        "IntPtr Test() { var p = {|#0:Marshal.AllocHGlobal(8)|}; {|#1:Work()|}; return p; }",
        Verify.Report("KMEM2012").WithLocation(0).WithLocation(1).WithMessage("If 'Work' throws, nobody is left who could release 'p'"));

    [Fact]
    public Task The_message_speaks_of_the_object() => SkippedReleaseTests.LibraryAsync(
        "sealed class Box : IDisposable { IntPtr _p; public Box() { _p = {|#0:Marshal.AllocHGlobal(8)|}; {|#1:Work()|}; } public void Dispose() => {|#2:Marshal.FreeHGlobal(_p)|}; }",
        Verify.Report("KMEM2012").WithLocation(0).WithLocation(1).WithLocation(2).WithMessage("If 'Work' throws, nobody gets the object, and '_p' is never released"));

    private static string Box(string members) =>
        "sealed class Box : IDisposable { GCHandle _h; IntPtr _p; static readonly Stream s_stream = Stream.Null; "
        + "public void Dispose() { if (_h.IsAllocated) _h.Free(); Marshal.FreeHGlobal(_p); _p = IntPtr.Zero; } " + members + " }";
}
