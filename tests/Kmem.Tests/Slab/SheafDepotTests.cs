using FsCheck;
using FsCheck.Fluent;
using Kmem.Platform;
using Kmem.Slab;

namespace Kmem.Tests.SlabTests;

/// <summary>The depot against a list: what slots leave there comes back once, and the count is right.</summary>
public unsafe class SheafDepotTests
{
    private const int Most = 200;

    [Fact]
    public void Sheaves_hold_what_they_say_lie_apart_and_go_back_to_the_host()
    {
        using HostMemory host = HostMemory.Open(1 << 20, portable: false);
        SheafPool pool = new(host);
        HashSet<nint> sheaves = [];
        for (int i = 0; i < 1000; i++)
        {
            Sheaf* sheaf = pool.Take();
            Assert.True(sheaves.Add((nint)sheaf));
            new Span<nint>(Sheaf.ObjectsOf(sheaf), Sheaf.Room).Fill((nint)sheaf);
        }
        foreach (nint sheaf in sheaves)
            Assert.False(new Span<nint>(Sheaf.ObjectsOf((Sheaf*)sheaf), Sheaf.Room).ContainsAnyExcept(sheaf));
        Assert.True(pool.TableCount >= 1000 * Sheaf.Bytes / (int)HostMemory.PageSize);
        foreach (nint sheaf in sheaves)
            pool.Give((Sheaf*)sheaf);
        Assert.Equal(1, pool.TableCount);
        pool.Give(pool.Take());
        Assert.Equal(1, pool.TableCount);
        pool.Release();
    }

    [Fact]
    public void Objects_come_back_once()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps =>
        {
            using HostMemory host = HostMemory.Open(1 << 20, portable: false);
            SheafPool pool = new(host);
            SheafDepot depot = default;
            HashSet<nint> model = [];
            nint next = 0;
            foreach (byte step in steps)
            {
                ArraySlot slot = default;
                slot.Spare = pool.Take();
                if (step % 3 == 0)
                    TakeOut(ref depot, &slot, model);
                else
                    PutIn(ref depot, pool, &slot, model, ref next, 1u + step % (uint)Sheaf.Room);
                pool.Give(slot.Spare);
                Assert.Equal(model.Count, depot.Objects);
                Assert.True(depot.All(model.Contains));
            }
            pool.Release();
        }).QuickCheckThrowOnFailure();
    }

    private static void PutIn(ref SheafDepot depot, SheafPool pool, ArraySlot* slot, HashSet<nint> model, ref nint next, uint count)
    {
        for (uint i = 0; i < count; i++)
            Sheaf.ObjectsOf(slot->Spare)[i] = (void*)(next + 1 + (nint)i);
        slot->SpareCount = count;
        bool fits = model.Count + count <= Most;
        Assert.Equal(fits, depot.TryTakeSpare(slot, pool, Most));
        if (!fits)
            return;
        Assert.Equal(0u, slot->SpareCount);
        for (uint i = 0; i < count; i++)
            model.Add(++next);
    }

    private static void TakeOut(ref SheafDepot depot, ArraySlot* slot, HashSet<nint> model)
    {
        Assert.Equal(model.Count > 0, depot.TryFill(slot));
        for (uint i = 0; i < slot->Count; i++)
            Assert.True(model.Remove((nint)ArraySlot.Objects(slot)[i]));
    }
}
