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
