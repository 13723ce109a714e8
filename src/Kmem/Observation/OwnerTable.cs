using System.Collections.Concurrent;

namespace Kmem.Observation;

/// <summary>Places in programs that allocate or free, each with a small number that fits into an object's debug record. Number 0: unknown.</summary>
internal sealed class OwnerTable
{
    private readonly ConcurrentDictionary<string, uint> _numbers = new();
    private readonly ConcurrentDictionary<uint, string> _places = new();
    private int _last;

    /// <summary>The number of the place that called into the allocator.</summary>
    public uint Caller()
    {
        string place = CallerLocation.Find();
        return _numbers.GetOrAdd(place, static (place, table) => table.Add(place), this);
    }

    public string PlaceOf(uint number) => _places.GetValueOrDefault(number, "unknown location");

    private uint Add(string place)
    {
        uint number = (uint)Interlocked.Increment(ref _last);
        _places[number] = place;
        return number;
    }
}
