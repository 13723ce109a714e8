namespace Kmem.Tests.Model;

/// <summary>All physical memory that is held, as ranges that must not overlap.</summary>
internal sealed unsafe class ModelOfMemory(Machine machine)
{
    private const int PageBytes = 4096;

    private readonly Lock _lock = new();
    private readonly SortedSet<(ulong Start, ulong End)> _ranges = [];

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>Takes over what a thread got; fails if any of it was held already, or if it is not what was promised.</summary>
    public void Add(Held held)
    {
        Assert.Equal(0, held.Address % held.Alignment);
        foreach ((ulong start, ulong end) in RangesOf(held))
        {
            Assert.InRange(end, start + 1, held.PhysicalEnd);
            lock (_lock)
            {
                Assert.DoesNotContain(_ranges.GetViewBetween((start - Math.Min(start, (ulong)PageBytes), 0), (end, ulong.MaxValue)), other => other.Start < end && start < other.End);
                _ranges.Add((start, end));
            }
        }
    }

    public void Remove(Held held)
    {
        foreach ((ulong, ulong) range in RangesOf(held))
        {
            lock (_lock)
                Assert.True(_ranges.Remove(range));
        }
    }

    // Page by page, because neighbours in addresses need not be neighbours in memory.
    private IEnumerable<(ulong Start, ulong End)> RangesOf(Held held)
    {
        for (nint at = held.Address, end = held.Address + held.Bytes; at < end;)
        {
            nint next = Math.Min(end, (at / PageBytes + 1) * PageBytes);
            ulong start = FrameOf(held, at) * PageBytes + (ulong)(at % PageBytes);
            yield return (start, start + (ulong)(next - at));
            at = next;
        }
    }

    private ulong FrameOf(Held held, nint at)
    {
        if (held.Page != 0)
            return machine.Frames.FrameOf((page*)held.Page);
        page* page = machine.Memory.IsDirectMapped((void*)at) ? machine.Frames.PageOf((void*)at) : machine.Vmalloc.PageOf((void*)at);
        Assert.True(page != null);
        return machine.Frames.FrameOf(page);
    }
}
