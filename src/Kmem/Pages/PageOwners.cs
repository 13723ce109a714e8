using Kmem.Observation;
using Kmem.Platform;

namespace Kmem.Pages;

/// <summary>Who allocated, and who last freed, each block of pages: two numbers for its first frame. Kept only while owners are tracked.</summary>
internal sealed unsafe class PageOwners : IDisposable
{
    private readonly HostMemory _host;
    private readonly OwnerTable _places;
    private readonly nuint _bytes;
    private readonly Record* _records;

    public PageOwners(HostMemory host, uint frames, OwnerTable places)
    {
        _host = host;
        _places = places;
        _bytes = frames * (nuint)sizeof(Record);
        _records = (Record*)host.AllocateTable(_bytes);
    }

    public void RecordAllocation(uint frame) => _records[frame] = new Record { AllocatedBy = _places.Caller() };

    public void RecordRelease(uint frame) => _records[frame].FreedBy = _places.Caller();

    /// <summary>Leaves the block to an allocator that tracks what it makes of it.</summary>
    public void Disown(uint frame) => _records[frame] = default;

    /// <summary>Who allocated the block that begins here; null if it is free or disowned.</summary>
    public string? OwnerOf(uint frame) =>
        _records[frame] is { AllocatedBy: not 0, FreedBy: 0 } live ? _places.PlaceOf(live.AllocatedBy) : null;

    /// <summary>What is known of the frame's last user, as the end of a report.</summary>
    public string Describe(uint frame)
    {
        Record record = _records[frame];
        return (record.AllocatedBy != 0 ? $" Allocated at {_places.PlaceOf(record.AllocatedBy)}." : "")
            + (record.FreedBy != 0 ? $" Freed at {_places.PlaceOf(record.FreedBy)}." : "");
    }

    public void Dispose() => _host.FreeTable(_records, _bytes);

    private struct Record
    {
        public uint AllocatedBy;
        public uint FreedBy;
    }
}
