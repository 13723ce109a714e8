namespace Kmem.Virtual;

/// <summary>
/// Which parts of an address range are free, in pages. The smallest hole that fits is used, the lowest of its size; neighbouring holes join.
/// Both cost the logarithm of the number of holes, however many areas are held.
/// </summary>
internal sealed class PageRanges
{
    private readonly SortedSet<(ulong Length, ulong Start)> _bySize = [];
    private readonly Dictionary<ulong, ulong> _lengthByStart = [];
    private readonly Dictionary<ulong, ulong> _startByEnd = [];

    public PageRanges(ulong pages) => Add(0, pages);

    /// <summary>First page of a free run of so many pages, which is then taken; null if there is none.</summary>
    public ulong? Take(ulong pages)
    {
        foreach ((ulong length, ulong start) in _bySize.GetViewBetween((pages, 0), (ulong.MaxValue, ulong.MaxValue)))
        {
            Remove(start, length);
            if (length > pages)
                Add(start + pages, length - pages);
            return start;
        }
        return null;
    }

    public void Give(ulong start, ulong pages)
    {
        ulong end = start + pages;
        if (_lengthByStart.TryGetValue(end, out ulong behind))
        {
            Remove(end, behind);
            end += behind;
        }
        if (_startByEnd.TryGetValue(start, out ulong before))
        {
            Remove(before, start - before);
            start = before;
        }
        Add(start, end - start);
    }

    /// <summary>The free runs.</summary>
    public IEnumerable<(ulong Start, ulong Length)> Holes => _bySize.Select(hole => (hole.Start, hole.Length));

    /// <summary>True if the three indexes hold the same holes, and no two of them touch.</summary>
    public bool IsValid() =>
        _bySize.Count == _lengthByStart.Count && _bySize.Count == _startByEnd.Count
        && _bySize.All(hole => _lengthByStart.GetValueOrDefault(hole.Start) == hole.Length && _startByEnd.GetValueOrDefault(hole.Start + hole.Length, ulong.MaxValue) == hole.Start)
        && !_startByEnd.Keys.Any(_lengthByStart.ContainsKey);

    private void Add(ulong start, ulong length)
    {
        _bySize.Add((length, start));
        _lengthByStart.Add(start, length);
        _startByEnd.Add(start + length, start);
    }

    private void Remove(ulong start, ulong length)
    {
        _bySize.Remove((length, start));
        _lengthByStart.Remove(start);
        _startByEnd.Remove(start + length);
    }
}
