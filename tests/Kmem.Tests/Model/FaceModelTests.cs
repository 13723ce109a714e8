using FsCheck;
using FsCheck.Fluent;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.Model;

/// <summary>Random sequences through the static face, on several threads: each allocator by its own name, resized and released by every name that may.</summary>
public unsafe class FaceModelTests
{
    private const int Threads = 3;

    [Fact]
    public void Contents_stay_through_every_allocation_resize_and_release() =>
        Prop.ForAll((int[] steps) =>
        {
            TestThreads.Run(Threads, seed => new Walk(seed).Run(steps));
            Assert.True(current_machine.IsValid());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithEndSize(1000));

    private sealed class Walk(int seed)
    {
        private const int MostBytes = 3000;

        private readonly Random _random = new(seed);
        private readonly List<(nint Address, int Bytes, byte Pattern, bool IsKvmalloc)> _held = [];

        public void Run(int[] steps)
        {
            foreach (int step in steps)
            {
                int choice = step ^ _random.Next(), bytes = 1 + (choice >> 4 & 0xffff) % MostBytes;
                if (_held.Count == 0 || (choice & 7) < 4)
                    Hold(Allocate(choice >> 20 & 7, bytes, (byte)choice, out bool isKvmalloc), bytes, (byte)choice, isKvmalloc);
                else if ((choice & 7) < 6)
                    Release((choice >> 4 & 0xffff) % _held.Count);
                else
                    Resize((choice >> 4 & 0xffff) % _held.Count, bytes);
            }

            while (_held.Count > 0)
                Release(_held.Count - 1);
        }

        private static void* Allocate(int how, int bytes, byte pattern, out bool isKvmalloc)
        {
            gfp_t flags = (pattern & 1) == 0 ? GFP_KERNEL : GFP_ATOMIC;
            isKvmalloc = how >= 6;
            return how switch
            {
                0 => kmalloc((nuint)bytes, flags),
                1 => Zeroed(kzalloc((nuint)bytes, flags), bytes),
                2 => kmalloc_array(1, (nuint)bytes, flags),
                3 => Zeroed(kcalloc((nuint)bytes, 1, flags), bytes),
                4 => krealloc(null, (nuint)bytes, flags),
                5 => Copied(bytes, pattern, flags),
                6 => kvmalloc((nuint)bytes, GFP_KERNEL),
                _ => Zeroed(kvzalloc((nuint)bytes, GFP_KERNEL), bytes),
            };
        }

        private static void* Zeroed(void* p, int bytes)
        {
            Assert.False(new Span<byte>(p, bytes).ContainsAnyExcept((byte)0));
            return p;
        }

        private static void* Copied(int bytes, byte pattern, gfp_t flags)
        {
            byte[] source = new byte[bytes];
            Array.Fill(source, pattern);
            fixed (byte* from = source)
            {
                void* copy = kmemdup(from, (nuint)bytes, flags);
                Assert.False(new Span<byte>(copy, bytes).ContainsAnyExcept(pattern));
                return copy;
            }
        }

        private void Hold(void* p, int bytes, byte pattern, bool isKvmalloc)
        {
            Assert.True(p != null);
            new Span<byte>(p, bytes).Fill(pattern);
            _held.Add(((nint)p, bytes, pattern, isKvmalloc));
        }

        private void Resize(int index, int bytes)
        {
            (nint address, int before, byte pattern, bool isKvmalloc) = _held[index];
            if (isKvmalloc)
                return;
            _held.RemoveAt(index);
            void* p = krealloc((void*)address, (nuint)bytes, GFP_KERNEL);
            Assert.False(new Span<byte>(p, Math.Min(before, bytes)).ContainsAnyExcept(pattern));
            Hold(p, bytes, pattern, isKvmalloc: false);
        }

        private void Release(int index)
        {
            (nint address, int bytes, byte pattern, bool isKvmalloc) = _held[index];
            _held.RemoveAt(index);
            Assert.False(new Span<byte>((void*)address, bytes).ContainsAnyExcept(pattern));
            if (isKvmalloc || (pattern & 2) != 0)
                kvfree((void*)address);
            else if ((pattern & 4) != 0)
                kfree_sensitive((void*)address);
            else
                kfree((void*)address);
        }
    }
}
