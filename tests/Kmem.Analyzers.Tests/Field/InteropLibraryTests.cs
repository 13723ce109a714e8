using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>Defects that interop layers of public projects had, each beside its mended shape; and what must not be taken for one of them.</summary>
/// <remarks>
/// Some shapes that were found in public no rule covers, and none of them is reported: strings that are lost with the block of memory that
/// points to them (what is stored is somebody's), and a constructor that disposes of itself first and allocates then, so that its own
/// finalizer never comes (Dispose still releases the memory).
/// </remarks>
public class InteropLibraryTests
{
    [Fact]
    public Task Statistics_are_released_in_the_catch_block_alone() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        struct TcpStats { public int Connections; public int Resets; }

        static class Statistics
        {
            [DllImport("net")] static extern int get_stats(IntPtr buffer, ref int size);

            static TcpStats Bad(int size)
            {
                IntPtr buffer = Marshal.AllocHGlobal(size);
                try
                {
                    for (int i = 0; i < size; i++)
                        Marshal.WriteByte(buffer, i, 0);
                    {|KMEM2005:return|} Marshal.PtrToStructure<TcpStats>(buffer);
                }
                catch
                {
                    Marshal.FreeHGlobal(buffer);
                    throw;
                }
            }

            static TcpStats Good(int size)
            {
                IntPtr buffer = Marshal.AllocHGlobal(size);
                try
                {
                    for (int i = 0; i < size; i++)
                        Marshal.WriteByte(buffer, i, 0);
                    return Marshal.PtrToStructure<TcpStats>(buffer);
                }
                finally
                {
                    Marshal.FreeHGlobal(buffer);
                }
            }
        }
        """);

    [Fact]
    public Task A_handler_of_one_kind_of_exception_is_the_only_one_to_release() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Statistics
        {
            static int Bad(int size)
            {
                IntPtr buffer = Marshal.AllocHGlobal(size);
                int value;
                try
                {
                    Marshal.WriteInt32(buffer, size);
                    value = Marshal.ReadInt32(buffer);
                }
                catch (InvalidOperationException)
                {
                    Marshal.FreeHGlobal(buffer);
                    return -1;
                }
                {|KMEM2005:return|} value;
            }
        }
        """);

    [Fact]
    public Task A_document_releases_its_field_when_it_has_emptied_it() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed unsafe class Utf8Document : IDisposable
        {
            private IntPtr {|KMEM2013:_text|};

            public Utf8Document(byte[] utf8)
            {
                _text = Marshal.AllocHGlobal(utf8.Length);
                Marshal.Copy(utf8, 0, _text, utf8.Length);
            }

            public byte First => Marshal.ReadByte(_text);

            public void Dispose()
            {
                IntPtr text = Interlocked.Exchange(ref _text, IntPtr.Zero);
                if (text != IntPtr.Zero)
                    Marshal.FreeHGlobal(_text);
            }
        }
        """);

    [Fact]
    public Task A_document_releases_what_it_took_out_of_its_field() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed unsafe class Utf8Document : IDisposable
        {
            private IntPtr _text;

            public Utf8Document(byte[] utf8)
            {
                _text = Marshal.AllocHGlobal(utf8.Length);
                Marshal.Copy(utf8, 0, _text, utf8.Length);
            }

            public byte First => Marshal.ReadByte(_text);

            public void Dispose()
            {
                IntPtr text = Interlocked.Exchange(ref _text, IntPtr.Zero);
                Marshal.FreeHGlobal(text);
            }
        }
        """);

    [Fact]
    public Task A_keeper_frees_its_handle_only_while_disposing() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        class Keeper : IDisposable
        {
            private GCHandle _self;
            private bool _closed;

            public Keeper() => _self = GCHandle.Alloc(this);

            ~Keeper() => Dispose(disposing: false);

            public void Dispose()
            {
                Dispose(disposing: true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (_closed)
                    return;
                if (disposing)
                {
                    {|KMEM2013:_self.Free()|};
                }
                _closed = true;
            }
        }
        """);

    [Fact]
    public Task A_keeper_frees_its_handle_on_both_ways() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        class Keeper : IDisposable
        {
            private GCHandle _self;
            private bool _closed;

            public Keeper() => _self = GCHandle.Alloc(this);

            ~Keeper() => Dispose(disposing: false);

            public void Dispose()
            {
                Dispose(disposing: true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (_closed)
                    return;
                if (disposing)
                    Console.WriteLine("closed");
                if (_self.IsAllocated)
                    _self.Free();
                _closed = true;
            }
        }
        """);

    [Fact]
    public Task A_block_is_read_after_it_was_freed() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed unsafe class Blocks : IDisposable
        {
            private byte* _data;
            private int _length;

            public Blocks(int length)
            {
                _length = length;
                _data = (byte*)NativeMemory.Alloc((nuint)length);
            }

            public int CloseAndSum()
            {
                int sum = 0;
                NativeMemory.Free(_data);
                for (int i = 0; i < _length; i++)
                    sum += {|KMEM2004:_data|}[i];
                _data = null;
                return sum;
            }

            public int SumAndClose()
            {
                int sum = 0;
                for (int i = 0; i < _length; i++)
                    sum += _data[i];
                NativeMemory.Free(_data);
                _data = null;
                return sum;
            }

            public void Dispose() => NativeMemory.Free(_data);
        }
        """);

    [Fact]
    public Task Keys_are_returned_whose_block_the_finally_has_released() => Verify.DotNetAsync("""
        using System;
        using System.Buffers;
        using System.Runtime.InteropServices;

        static unsafe class Keys
        {
            static byte* Bad(ReadOnlySpan<byte> key)
            {
                byte* block = (byte*)NativeMemory.Alloc((nuint)key.Length + 8);
                byte* start;
                try
                {
                    start = block + 8;
                    for (int i = 0; i < key.Length; i++)
                        start[i] = key[i];
                }
                finally
                {
                    NativeMemory.Free(block);
                }
                return {|KMEM2004:start|};
            }

            static byte[] BadArray(int length)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
                try
                {
                    buffer[0] = 1;
                    return {|KMEM2004:buffer|};
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            static byte[] Good(int length)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
                try
                {
                    buffer[0] = 1;
                    return buffer.AsSpan(0, length).ToArray();
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        """);

    [Fact]
    public Task A_span_over_a_returned_array_is_no_array() => Verify.DotNetAsync("""
        using System;
        using System.Buffers;

        static class Keys
        {
            static int Sum(int length)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
                Span<byte> key = buffer.AsSpan(0, length);
                key.Clear();
                ArrayPool<byte>.Shared.Return(buffer);
                return key.Length;
            }
        }
        """);

    [Fact]
    public Task A_player_is_asked_for_its_volume_after_it_was_disposed() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Player : IDisposable
        {
            private IntPtr _native = Marshal.AllocHGlobal(64);

            public int Volume
            {
                get => Marshal.ReadInt32(_native);
                set => Marshal.WriteInt32(_native, value);
            }

            public void Dispose()
            {
                Marshal.FreeHGlobal(_native);
            }
        }

        static class App
        {
            static int Bad(Player player)
            {
                player.Dispose();
                return {|KMEM2004:player.Volume|};
            }

            static int Good(Player player)
            {
                int volume = player.Volume;
                player.Dispose();
                return volume;
            }

            static int BadNew()
            {
                var player = new Player();
                player.Volume = 3;
                player.Dispose();
                return {|KMEM2004:player.Volume|};
            }
        }
        """);

    [Fact]
    public Task A_player_that_guards_its_handle_may_be_asked() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Player : IDisposable
        {
            private IntPtr _native = Marshal.AllocHGlobal(64);

            public int Volume
            {
                get => _native == IntPtr.Zero ? throw new ObjectDisposedException(nameof(Player)) : Marshal.ReadInt32(_native);
            }

            public void Dispose()
            {
                Marshal.FreeHGlobal(_native);
                _native = IntPtr.Zero;
            }
        }

        static class App
        {
            static int Late(Player player)
            {
                player.Dispose();
                return player.Volume;
            }
        }
        """);

    [Fact]
    public Task Strings_of_a_command_are_freed_in_a_finally() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Commands
        {
            [DllImport("player")] static extern int command(IntPtr handle, IntPtr[] args);

            static void Good(IntPtr handle, string[] args)
            {
                var strings = new IntPtr[args.Length + 1];
                try
                {
                    for (int i = 0; i < args.Length; i++)
                        strings[i] = Marshal.StringToCoTaskMemUTF8(args[i]);
                    if (command(handle, strings) < 0)
                        throw new InvalidOperationException();
                }
                finally
                {
                    foreach (IntPtr each in strings)
                        Marshal.FreeCoTaskMem(each);
                }
            }
        }
        """);

    [Fact]
    public Task Strings_in_a_block_are_freed_before_the_block() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class StringArrays
        {
            static IntPtr ToMemory(string[] strings)
            {
                IntPtr block = Marshal.AllocHGlobal(strings.Length * IntPtr.Size);
                for (int i = 0; i < strings.Length; i++)
                    Marshal.WriteIntPtr(block, i * IntPtr.Size, Marshal.StringToCoTaskMemUTF8(strings[i]));
                return block;
            }

            static void Free(IntPtr block, int count)
            {
                for (int i = 0; i < count; i++)
                    Marshal.FreeCoTaskMem(Marshal.ReadIntPtr(block, i * IntPtr.Size));
                Marshal.FreeHGlobal(block);
            }
        }
        """);

    [Fact]
    public Task A_copy_of_bytes_is_lost_where_they_are_too_long() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Marshalling
        {
            static IntPtr ToPtr(byte[] bytes, int limit)
            {
                IntPtr p = Marshal.AllocCoTaskMem(bytes.Length);
                if (bytes.Length > limit)
                    {|KMEM2005:throw|} new ArgumentException("too long");
                Marshal.Copy(bytes, 0, p, bytes.Length);
                return p;
            }

            static IntPtr ToPtrGood(byte[] bytes, int limit)
            {
                if (bytes.Length > limit)
                    throw new ArgumentException("too long");
                IntPtr p = Marshal.AllocCoTaskMem(bytes.Length);
                try
                {
                    Marshal.Copy(bytes, 0, p, bytes.Length);
                    return p;
                }
                catch
                {
                    Marshal.FreeCoTaskMem(p);
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task A_constructor_lets_go_of_its_handle_where_the_next_allocation_fails() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Vtable : IDisposable
        {
            private GCHandle _handle;
            private readonly IntPtr _memory;

            public Vtable(object target, int size)
            {
                _handle = GCHandle.Alloc(target);
                try
                {
                    _memory = Marshal.AllocHGlobal(size);
                }
                catch
                {
                    _handle.Free();
                    throw;
                }
            }

            public void Dispose()
            {
                _handle.Free();
                Marshal.FreeHGlobal(_memory);
            }
        }
        """);

    [Fact]
    public Task A_clone_gets_a_buffer_of_its_own() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        class Event
        {
            private IntPtr _buffer;
            private bool _owns;
            public Event(int n) { _buffer = Marshal.AllocHGlobal(n); _owns = true; }
            ~Event() { if (_owns) Marshal.FreeHGlobal(_buffer); }
            public Event Clone()
            {
                var copy = (Event)MemberwiseClone();
                copy._buffer = Marshal.AllocHGlobal(8);
                copy._owns = true;
                return copy;
            }
        }
        """);

    [Fact]
    public Task A_clone_shares_the_buffer_of_its_original() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Event : IDisposable
        {
            private IntPtr _buffer;
            private Event(IntPtr buffer) => _buffer = buffer;
            public static Event Create(int n) => new(Marshal.AllocHGlobal(n));
            public Event Clone() => new(_buffer);
            public void Dispose() => Marshal.FreeHGlobal({|KMEM2003:_buffer|});
        }
        """);

    [Fact]
    public Task A_constructor_disposes_of_itself_and_allocates_then() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Bitmap : IDisposable
        {
            private IntPtr _pixels;
            public Bitmap(int size) => Load(size);
            ~Bitmap() => Dispose();
            private void Load(int size)
            {
                Dispose();
                _pixels = Marshal.AllocHGlobal(size);
            }
            public void Dispose()
            {
                Marshal.FreeHGlobal(_pixels);
                _pixels = IntPtr.Zero;
                GC.SuppressFinalize(this);
            }
        }
        """);

    [Fact]
    public Task A_constructor_keeps_its_handle_where_the_next_allocation_fails() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        sealed class Vtable : IDisposable
        {
            private GCHandle _handle;
            private readonly IntPtr _memory;

            public Vtable(object target, int size)
            {
                _handle = {|KMEM2012:GCHandle.Alloc(target)|};
                _memory = Marshal.AllocHGlobal(size);
            }

            public void Dispose()
            {
                _handle.Free();
                Marshal.FreeHGlobal(_memory);
            }
        }
        """);

    [Fact]
    public Task A_copy_fails_in_memory_that_the_caller_never_sees() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Marshalling
        {
            static IntPtr ToPtr(byte[] bytes, Action<byte[], IntPtr> write)
            {
                IntPtr p = {|KMEM2012:Marshal.AllocCoTaskMem(bytes.Length)|};
                write(bytes, p);
                return p;
            }
        }
        """);

    [Fact]
    public Task Strings_of_a_command_are_not_freed_where_it_fails() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Commands
        {
            [DllImport("player")] static extern int command(IntPtr handle, IntPtr[] args);

            static void Bad(IntPtr handle, string[] args)
            {
                var strings = new IntPtr[args.Length + 1];
                for (int i = 0; i < args.Length; i++)
                    strings[i] = {|KMEM2012:Marshal.StringToCoTaskMemUTF8(args[i])|};
                if (command(handle, strings) < 0)
                    throw new InvalidOperationException();
                for (int i = 0; i < args.Length; i++)
                    Marshal.FreeCoTaskMem(strings[i]);
            }
        }
        """);
}
