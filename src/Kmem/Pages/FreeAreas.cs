namespace Kmem.Pages;

/// <summary>
/// The buddy allocator of one zone: free blocks of 2^order frames, naturally aligned, a list an order. A block is split until it fits, and
/// merges with its buddy when both are free. The caller holds the zone's lock.
/// </summary>
internal sealed unsafe class FreeAreas(page* pages, uint start, uint end)
{
    public const int MaxOrder = 11;
    public const uint None = page.None;

    private readonly uint[] _heads = NewHeads();
    private readonly uint[] _counts = new uint[MaxOrder];

    /// <summary>Frames in all blocks.</summary>
    public uint FreeFrames { get; private set; }

    /// <summary>Number of free blocks of an order.</summary>
    public uint CountOf(int order) => _counts[order];

    /// <summary>Takes a block, splitting a larger one if there is none of this order; <see cref="None"/> if there is none at all.</summary>
    public uint Take(int order)
    {
        for (int from = order; from < MaxOrder; from++)
        {
            uint frame = _heads[from];
            if (frame == None)
                continue;
            Unlink(frame, from);
            while (from > order)
            {
                from--;
                Link(frame + (1u << from), from);
            }
            FreeFrames -= 1u << order;
            return frame;
        }
        return None;
    }

    /// <summary>Gives a block back and merges it upwards as far as buddies are free.</summary>
    public void Give(uint frame, int order)
    {
        FreeFrames += 1u << order;
        while (order < MaxOrder - 1)
        {
            uint buddy = frame ^ (1u << order);
            if (!IsFreeBlock(buddy, order))
                break;
            Unlink(buddy, order);
            frame &= buddy;
            order++;
        }
        Link(frame, order);
    }

    /// <summary>Gives all frames of a range, as the largest aligned blocks that fit.</summary>
    public void GiveRange(uint first, uint behind)
    {
        while (first < behind)
        {
            int order = Math.Min(MaxOrder - 1, System.Numerics.BitOperations.TrailingZeroCount(first));
            while ((1u << order) > behind - first)
                order--;
            Give(first, order);
            first += 1u << order;
        }
    }

    /// <summary>A free block of this order whose memory the system may still hold; <see cref="None"/> if there is none.</summary>
    public uint FindTouched(int order)
    {
        uint frame = _heads[order];
        while (frame != None && (pages[frame].State & PageState.Untouched) != 0)
            frame = pages[frame].Next;
        return frame;
    }

    /// <summary>Remembers that the system has taken a free block's memory, until the block is split, merged or used.</summary>
    public void MarkUntouched(uint frame) => pages[frame].State |= PageState.Untouched;

    /// <summary>True if lists, counts and page structs agree, blocks are aligned and inside the zone, and no two free buddies stand unmerged.</summary>
    public bool IsValid()
    {
        ulong frames = 0;
        for (int order = 0; order < MaxOrder; order++)
        {
            uint count = 0, previous = None;
            for (uint frame = _heads[order]; frame != None; frame = pages[frame].Next)
            {
                page* head = pages + frame;
                bool alone = order == MaxOrder - 1 || !IsFreeBlock(frame ^ (1u << order), order);
                if (!IsFreeBlock(frame, order) || head->Previous != previous || head->Count != 0 || frame % (1u << order) != 0 || !alone || ++count > _counts[order])
                    return false;
                previous = frame;
            }
            if (count != _counts[order])
                return false;
            frames += (ulong)count << order;
        }
        return frames == FreeFrames;
    }

    private static uint[] NewHeads()
    {
        uint[] heads = new uint[MaxOrder];
        Array.Fill(heads, None);
        return heads;
    }

    private bool IsFreeBlock(uint frame, int order) =>
        frame >= start && frame < end && (pages[frame].State & PageState.Buddy) != 0 && pages[frame].Order == order;

    private void Link(uint frame, int order)
    {
        page* block = pages + frame;
        uint next = _heads[order];
        block->State = PageState.Buddy;
        block->Order = (byte)order;
        block->Previous = None;
        block->Next = next;
        if (next != None)
            pages[next].Previous = frame;
        _heads[order] = frame;
        _counts[order]++;
    }

    private void Unlink(uint frame, int order)
    {
        page* block = pages + frame;
        if (block->Previous != None)
            pages[block->Previous].Next = block->Next;
        else
            _heads[order] = block->Next;
        if (block->Next != None)
            pages[block->Next].Previous = block->Previous;
        block->State = PageState.None;
        _counts[order]--;
    }
}
