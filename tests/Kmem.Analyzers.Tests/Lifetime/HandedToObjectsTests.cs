using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Memory that objects keep, exchange and give back.</summary>
public class HandedToObjectsTests
{
    [Fact]
    public Task An_object_keeps_the_cache_that_its_constructor_got() => Verify.CompleteAsync("""
        class Pages
        {
            readonly kmem_cache _nodes;
            bool _registered;
            Pages(kmem_cache nodes) => _nodes = nodes;

            static Pages? Create(bool registered)
            {
                kmem_cache? nodes = kmem_cache_create("nodes", 64, 0, slab_flags_t.SLAB_NONE, null);
                if (nodes == null)
                    return null;
                var pages = new Pages(nodes);
                pages._registered = registered;
                if (registered)
                    return pages;
                kmem_cache_destroy(nodes);
                return null;
            }
        }
        """);

    [Fact]
    public Task Who_has_the_address_of_a_variable_has_what_is_in_it() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        unsafe struct ByPointer : IDisposable { nint* p; public ByPointer(nint* p) { this.p = p; } public void Dispose() { Marshal.FreeHGlobal(*p); } }
        unsafe class Object : IDisposable { nint* p; public Object(nint* p) { this.p = p; } public void Dispose() { Marshal.FreeHGlobal(*p); } }
        ref struct ByReference { ref nint p; public ByReference(ref nint p) { this.p = ref p; } public void Dispose() { Marshal.FreeHGlobal(p); } }
        unsafe class Users
        {
            static int A() { nint p = Marshal.AllocHGlobal(4); using (new ByPointer(&p)) { return Marshal.ReadInt32(p); } }
            static void B() { nint p = Marshal.AllocHGlobal(4); using (new Object(&p)) { Marshal.ReadInt32(p); } }
            static int C() { nint p = Marshal.AllocHGlobal(4); using (new ByReference(ref p)) { return Marshal.ReadInt32(p); } }
            static int D() { nint p = Marshal.AllocHGlobal(4); var f = new ByReference(ref p); f.Dispose(); return 1; }
            static void E(object o) { GCHandle h = GCHandle.Alloc(o); var copy = h; {|KMEM2005:}|}
        }
        """);

    [Fact]
    public Task An_asynchronous_method_returns_a_buffer_and_puts_another_in_its_place() => Verify.DotNetAsync("""
        using System;
        using System.Buffers;
        using System.IO;
        using System.Threading.Tasks;

        class Reader
        {
            Stream _stream = Stream.Null;
            byte[] _buffer = ArrayPool<byte>.Shared.Rent(16);
            int _end;

            async Task<int> FindAsync(byte wanted)
            {
                while (true)
                {
                    int found = _buffer.AsSpan(0, _end).IndexOf(wanted);
                    if (found >= 0)
                        return found;
                    if (!await FillAsync())
                        return -1;
                }
            }

            async Task<bool> FillAsync()
            {
                if (_end == _buffer.Length)
                    Grow();
                int read = await _stream.ReadAsync(_buffer.AsMemory(_end));
                _end += read;
                return read > 0;
            }

            void Grow()
            {
                byte[] old = _buffer;
                byte[] larger = ArrayPool<byte>.Shared.Rent(old.Length * 2);
                old.CopyTo(larger, 0);
                _buffer = larger;
                ArrayPool<byte>.Shared.Return(old);
            }
        }
        """);

    [Fact]
    public Task A_mapping_is_compared_with_a_field_that_says_what_failure_looks_like() => Verify.SourcesAsync(
    [
        """
        static unsafe class Files
        {
            static readonly void* MapFailed = (void*)-1;
            static readonly IntPtr MapFailedHandle = new IntPtr(-1);

            [DllImport("c")] [return: Allocates("map", FailureValue = -1)] static extern byte* map(int file);
            [DllImport("c")] [return: Allocates("map", FailureValue = -1)] static extern IntPtr map_handle(int file);
            [DllImport("c")] static extern int use([DisallowNull, Borrows] IntPtr map);

            static int First(int file)
            {
                byte* map = Files.map(file);
                return map == MapFailed ? -1 : *map;
            }

            static int Handle(int file)
            {
                IntPtr map = map_handle(file);
                if (map == MapFailedHandle)
                    return -1;
                return use(map);
            }

            static int Unchecked(int file)
            {
                byte* map = Files.map(file);
                return map == null ? -1 : *{|KMEM2001:map|};
            }
        }
        """,
    ]);
}
