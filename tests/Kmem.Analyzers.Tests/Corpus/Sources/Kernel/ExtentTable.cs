using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Fs.Extents;

internal struct Extent
{
    public ulong Start;
    public uint Length;
    public uint Flags;
}

/// <summary>Extents in order, in one array that grows: small ones from kmalloc, large ones from vmalloc.</summary>
internal unsafe struct ExtentTable
{
    private const uint MaxExtents = 1 << 20;

    private Extent* _extents;
    private uint _count;
    private uint _capacity;

    public readonly uint Count => _count;

    [MightSleep]
    public int Append(ulong start, uint length)
    {
        if (length == 0)
            return -EINVAL;
        if (_count > 0 && TryExtend(ref _extents[_count - 1], start, length))
            return 0;
        if (_count == _capacity)
        {
            int error = Grow();
            if (error != 0)
                return error;
        }

        _extents[_count++] = new Extent { Start = start, Length = length };
        return 0;
    }

    public readonly bool TryFind(ulong block, out Extent extent)
    {
        uint low = 0;
        uint high = _count;
        while (low < high)
        {
            uint middle = low + (high - low) / 2;
            Extent* candidate = &_extents[middle];
            if (block < candidate->Start)
            {
                high = middle;
            }
            else if (block >= candidate->Start + candidate->Length)
            {
                low = middle + 1;
            }
            else
            {
                extent = *candidate;
                return true;
            }
        }

        extent = default;
        return false;
    }

    [MightSleep]
    public void Clear()
    {
        Free(_extents);
        this = default;
    }

    private static bool TryExtend(ref Extent last, ulong start, uint length)
    {
        if (last.Start + last.Length != start || uint.MaxValue - last.Length < length)
            return false;
        last.Length += length;
        return true;
    }

    private int Grow()
    {
        uint capacity = _capacity == 0 ? 16 : _capacity * 2;
        if (capacity > MaxExtents)
            return -ENOMEM;
        Extent* larger = Allocate(capacity);
        if (larger == null)
            return -ENOMEM;
        if (_extents != null)
            memcpy(larger, _extents, _count * (nuint)sizeof(Extent));
        Free(_extents);
        _extents = larger;
        _capacity = capacity;
        return 0;
    }

    private static Extent* Allocate(uint capacity)
    {
        if (capacity > KMALLOC_MAX_SIZE / (uint)sizeof(Extent))
            return (Extent*)vzalloc(capacity * (nuint)sizeof(Extent));
        return (Extent*)kcalloc(capacity, (nuint)sizeof(Extent), GFP_KERNEL);
    }

    private static void Free(Extent* extents)
    {
        if (is_vmalloc_addr(extents))
            vfree(extents);
        else
            kfree(extents);
    }
}

/// <summary>A list of numbers and a text that grow in place.</summary>
internal static unsafe class GrowingArrays
{
    /// <summary>Reads numbers from user memory until a zero; the caller frees the list with kfree.</summary>
    [MightSleep]
    public static int ReadNumbers(uint* user, out uint* numbers, out uint count)
    {
        int error = -ENOMEM;
        uint capacity = 32;
        count = 0;
        numbers = null;
        uint* list = (uint*)kmalloc_array(capacity, sizeof(uint), GFP_KERNEL);
        if (list == null)
            return error;

        while (true)
        {
            uint number;
            error = -EFAULT;
            if (copy_from_user(&number, user + count, sizeof(uint)) != 0)
                goto fail;
            if (number == 0)
                break;
            if (count == capacity)
            {
                error = -EINVAL;
                if (capacity >= 4096)
                    goto fail;
                capacity *= 2;
                uint* longer = (uint*)krealloc(list, capacity * (nuint)sizeof(uint), GFP_KERNEL);
                error = -ENOMEM;
                if (longer == null)
                    goto fail;
                list = longer;
            }

            list[count++] = number;
        }

        numbers = list;
        return 0;

    fail:
        kfree(list);
        count = 0;
        return error;
    }

    /// <summary>Joins texts; null without memory.</summary>
    [MightSleep]
    public static byte* Join(byte** texts, uint* lengths, int count, byte separator)
    {
        nuint used = 0;
        byte* joined = null;
        for (int i = 0; i < count; i++)
        {
            nuint needed = used + lengths[i] + 1;
            if (needed > KMALLOC_MAX_SIZE)
            {
                kfree(joined);
                return null;
            }

            byte* longer = (byte*)krealloc(joined, needed, GFP_KERNEL);
            if (longer == null)
            {
                kfree(joined);
                return null;
            }

            joined = longer;
            memcpy(joined + used, texts[i], lengths[i]);
            used = needed;
            joined[used - 1] = i == count - 1 ? (byte)0 : separator;
        }

        return joined;
    }

    /// <summary>Gives back what a list does not use; keeps it as it is if that fails.</summary>
    [MightSleep]
    public static void Trim(ref uint* list, uint count)
    {
        if (list == null || ksize(list) <= count * (nuint)sizeof(uint))
            return;
        uint* shorter = (uint*)krealloc(list, count * (nuint)sizeof(uint), GFP_KERNEL | __GFP_NOWARN);
        if (shorter != null)
            list = shorter;
    }
}
