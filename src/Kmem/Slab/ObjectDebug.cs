using System.Globalization;
using System.Text;
using Kmem.Observation;

namespace Kmem.Slab;

/// <summary>
/// The checks of a cache with debugging: guard words around each object, poison in free ones, and a record behind it of who allocated and freed it.
/// Such a cache keeps nothing in arrays, so every allocation and release comes by here. Source: Linux Kernel Development, 3rd ed., ch. 12, "Slab Allocator Interface"; mm/slab.c.
/// </summary>
internal sealed unsafe class ObjectDebug(string cacheName, uint objectSize, SlabGeometry geometry, MachineDebug checks, OwnerTable owners)
{
    private const ulong GuardOfLive = 0xd84156c5635688c0, GuardOfFree = 0x09f911029d74e35b;
    private const byte Poison = 0xa5, Slack = 0xbb;

    /// <summary>Checks that need a record behind each object, and so keep a cache off the hot paths.</summary>
    public const MachineDebug ObjectChecks = MachineDebug.Poison | MachineDebug.RedZone | MachineDebug.Track;

    private bool ChecksGuards => (checks & MachineDebug.RedZone) != 0;

    /// <summary>True if free objects are filled with poison.</summary>
    public bool Poisons => (checks & MachineDebug.Poison) != 0;

    /// <summary>True if it remembers who allocated and freed.</summary>
    public bool TracksOwners => (checks & MachineDebug.Track) != 0;

    /// <summary>Puts a new object into the state of a free one.</summary>
    public void Prepare(void* obj)
    {
        *RecordOf(obj) = new Record { Guard = GuardOfFree };
        MakeFree(obj);
    }

    /// <summary>Checks that nobody wrote to the object since it was freed, and makes it a live one. Throws what was found, after repairing the object.</summary>
    public void Allocate(void* obj)
    {
        string? damage = DamageWhileFree(obj);
        if (damage != null)
        {
            string report = Report(obj, damage);
            MakeFree(obj);
            throw new KernelBugException(report);
        }
        Record* record = RecordOf(obj);
        record->Guard = GuardOfLive;
        if (TracksOwners)
            record->AllocatedBy = owners.Caller();
        *LeftGuardOf(obj) = GuardOfLive;
    }

    /// <summary>Remembers how much of the object its user may touch, and guards the rest.</summary>
    public void SetRequested(void* obj, nuint requested)
    {
        RecordOf(obj)->Requested = requested;
        if (ChecksGuards)
            SlackOf(obj, requested).Fill(Slack);
    }

    /// <summary>Checks that nobody wrote outside the object. Throws what was found; the object stays as it is.</summary>
    public void CheckLive(void* obj)
    {
        Record* record = RecordOf(obj);
        if (record->Guard == GuardOfFree)
            throw new KernelBugException(Report(obj, "double free, or an object that was never allocated"));
        if (!ChecksGuards)
            return;
        bool guardsHold = record->Guard == GuardOfLive && *LeftGuardOf(obj) == GuardOfLive;
        if (!guardsHold || SlackOf(obj, (nuint)record->Requested).ContainsAnyExcept(Slack))
            throw new KernelBugException(Report(obj, "memory outside object was overwritten"));
    }

    /// <summary>Makes the object a free one.</summary>
    public void Free(void* obj)
    {
        if (TracksOwners)
            RecordOf(obj)->FreedBy = owners.Caller();
        MakeFree(obj);
    }

    /// <summary>Bytes that were asked for.</summary>
    public nuint RequestedSize(void* obj) => (nuint)RecordOf(obj)->Requested;

    /// <summary>Who allocated the object.</summary>
    public string OwnerOf(void* obj) => owners.PlaceOf(RecordOf(obj)->AllocatedBy);

    private void MakeFree(void* obj)
    {
        RecordOf(obj)->Guard = GuardOfFree;
        *LeftGuardOf(obj) = GuardOfFree;
        if (Poisons)
            new Span<byte>(obj, (int)objectSize).Fill(Poison);
    }

    private string? DamageWhileFree(void* obj)
    {
        bool guardsHold = RecordOf(obj)->Guard == GuardOfFree && *LeftGuardOf(obj) == GuardOfFree;
        if (ChecksGuards && !guardsHold)
            return "memory outside object was overwritten while it was free";
        bool poisoned = !Poisons || !new Span<byte>(obj, (int)objectSize).ContainsAnyExcept(Poison);
        return poisoned ? null : "use after free: the poison of the free object was overwritten";
    }

    private string Report(void* obj, string what)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        StringBuilder text = new();
        text.Append(c, $"BUG: slab error in cache `{cacheName}': {what}: object {(nuint)obj:x}, {objectSize} bytes.");
        Record* record = RecordOf(obj);
        if (record->AllocatedBy != 0)
            text.Append(c, $" Allocated at {owners.PlaceOf(record->AllocatedBy)}.");
        if (record->FreedBy != 0)
            text.Append(c, $" Freed at {owners.PlaceOf(record->FreedBy)}.");
        text.Append(" Bytes:");
        foreach (byte b in new Span<byte>(obj, (int)Math.Min(objectSize, 16)))
            text.Append(c, $" {b:x2}");
        return text.ToString();
    }

    private Span<byte> SlackOf(void* obj, nuint requested) =>
        new((byte*)obj + requested, (int)(geometry.RecordOffset - requested));

    private Record* RecordOf(void* obj) => (Record*)((byte*)obj + geometry.RecordOffset);

    private static ulong* LeftGuardOf(void* obj) => (ulong*)obj - 1;

    /// <summary>Behind each object; the guard comes first, next to the object.</summary>
    internal struct Record
    {
        public ulong Guard;
        public ulong Requested;
        public uint AllocatedBy;
        public uint FreedBy;
    }
}
