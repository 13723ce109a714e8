using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Defects of the shapes that public projects had, in code that knows nothing of Kmem or writes its own contracts.</summary>
public class ReportedInPublicTests
{
    [Fact]
    public Task Aligned_memory_of_a_field_is_freed_as_if_it_were_not() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        public sealed unsafe class AudioBuffer : IDisposable
        {
            private void* _data;

            public AudioBuffer(int size) { _data = NativeMemory.AlignedAlloc((nuint)size, 16); }

            public void Dispose()
            {
                if (_data == null) return;
                NativeMemory.Free({|KMEM2002:_data|});
                _data = null;
            }
        }
        """);

    [Fact]
    public Task A_task_string_is_freed_as_global_memory() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Strings
        {
            static extern void native(IntPtr s);

            static void Send(string text)
            {
                IntPtr p = Marshal.StringToCoTaskMemUTF8(text);
                try { native(p); }
                finally { Marshal.FreeHGlobal({|KMEM2002:p|}); }
            }

            static void Clear(System.Security.SecureString secret)
            {
                IntPtr p = Marshal.SecureStringToCoTaskMemUnicode(secret);
                Marshal.ZeroFreeGlobalAllocUnicode({|KMEM2002:p|});
            }
        }
        """);

    [Fact]
    public Task A_string_of_a_library_is_written_before_anybody_looks() => Verify.SourcesAsync(
    [
        """
        unsafe class Stub
        {
            [DllImport("oleaut32")] [return: Allocates("BSTR")] static extern IntPtr SysAllocStringByteLen(byte[]? s, uint length);

            static IntPtr Convert(byte first, uint length)
            {
                byte* p = (byte*)SysAllocStringByteLen(null, length).ToPointer();
                *{|KMEM2001:p|} = first;
                return (IntPtr)p;
            }
        }
        """,
    ]);

    [Fact]
    public Task A_handle_compared_with_null_is_not_checked() => Verify.SourcesAsync(
    [
        """
        #pragma warning disable CS8073
        unsafe class Loader
        {
            [DllImport("kernel32")] [return: Allocates("VirtualAlloc")] static extern IntPtr VirtualAllocEx(IntPtr process, nuint size);

            static int Vacuous(IntPtr process)
            {
                IntPtr address = VirtualAllocEx(process, 4096);
                if (address == null)
                    return 1;
                Marshal.WriteByte({|KMEM2001:address|}, 1);
                return 0;
            }

            static int Checked(IntPtr process)
            {
                IntPtr address = VirtualAllocEx(process, 4096);
                if (address == IntPtr.Zero)
                    return 1;
                Marshal.WriteByte(address, 1);
                return 0;
            }

            static int CheckedToo(nint process)
            {
                nint address = VirtualAllocEx(process, 4096);
                if (address is 0)
                    return 1;
                Marshal.WriteByte(address, 1);
                return 0;
            }
        }
        """,
    ]);

    [Fact]
    public Task Pages_are_handed_to_a_device_unchecked() => Verify.SourcesAsync(
    [
        """
        unsafe class Controller
        {
            ulong _queue;
            [return: Allocates("frames")] static extern void* AllocPages(int type, ulong count);
            static ulong V2P([DisallowNull] void* address) => (ulong)address - 0xffff000000000000;

            void Init()
            {
                _queue = V2P({|KMEM2001:AllocPages(1, 1)|});
                byte* completion = (byte*)AllocPages(1, 1);
                ulong physical = V2P({|KMEM2001:completion|});
                byte* admin = (byte*)AllocPages(1, 2);
                if (admin == null)
                    return;
                physical = V2P(admin);
            }
        }
        """,
    ]);

    [Fact]
    public Task An_early_return_keeps_the_buffer() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Painter
        {
            static extern void draw(IntPtr context, int length);

            static int Draw(IntPtr context, byte[] pixels, bool toDevice)
            {
                IntPtr copy = Marshal.AllocHGlobal(pixels.Length);
                Marshal.Copy(pixels, 0, copy, pixels.Length);
                if (toDevice)
                {
                    draw(context, pixels.Length);
                    {|KMEM2005:return|} pixels.Length;
                }

                Marshal.FreeHGlobal(copy);
                return 0;
            }
        }
        """);

    [Fact]
    public Task A_failed_call_throws_past_the_release() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Socket
        {
            static extern int set_option(IntPtr socket, int option, int length);

            static void SetOption(IntPtr socket, int option, int value)
            {
                IntPtr buffer = Marshal.AllocHGlobal(4);
                Marshal.WriteInt32(buffer, value);
                if (set_option(socket, option, 4) != 0)
                    {|KMEM2005:throw|} new InvalidOperationException();
                Marshal.FreeHGlobal(buffer);
            }
        }
        """);

    [Fact]
    public Task A_string_for_a_library_that_copies_it_is_never_freed() => Verify.CompleteAsync("""
        static class Native { [DllImport("d3d")] public static extern void SetName(IntPtr self, [Borrows] IntPtr name); }
        sealed class Resource
        {
            readonly IntPtr _self;
            public string Name
            {
                set
                {
                    IntPtr name = Marshal.StringToHGlobalAnsi(value);
                    Native.SetName(_self, name);
                {|KMEM2005:}|}
            }
        }
        """);

    [Fact]
    public Task A_pinned_handle_is_not_freed() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Textures
        {
            static void GetData(byte[] data)
            {
                var pin = GCHandle.Alloc(data, GCHandleType.Pinned);
                Marshal.WriteByte(pin.AddrOfPinnedObject(), 1);
            {|KMEM2005:}|}
        }
        """);

    [Fact]
    public Task A_handle_is_freed_through_a_copy_again() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Handles
        {
            static void Run(object o)
            {
                GCHandle handle = GCHandle.Alloc(o);
                GCHandle copy = handle;
                handle.Free();
                {|KMEM2003:copy|}.Free();
            }
        }
        """);

    [Fact]
    public Task A_buffer_is_freed_only_while_disposing() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        class Editor : IDisposable
        {
            private IntPtr fillUpChars;

            public void SetFillUpChars(string text) => fillUpChars = Marshal.StringToHGlobalAnsi(text);

            public void Dispose() => Dispose(true);

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    {|KMEM2013:Marshal.FreeHGlobal(fillUpChars)|};
                }
            }
        }
        """);

    [Fact]
    public Task Two_owners_of_one_rented_array() => Verify.DotNetAsync("""
        using System.Buffers;

        static class Encoder
        {
            static int Encode(int length, bool fails)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
                if (fails)
                    ArrayPool<byte>.Shared.Return(buffer);
                int first = {|KMEM2004:buffer|}[0];
                return first;
            }
        }
        """);
}
