namespace Kmem.Slab;

/// <summary>
/// The sheaves of one cache that no thread has: those with objects, and as many empty ones as threads left in exchange. The caller holds the cache's lock.
/// </summary>
internal unsafe struct SheafDepot
{
    private SheafList _filled;
    private SheafList _empty;

    /// <summary>Objects in all sheaves.</summary>
    public int Objects { get; private set; }

    /// <summary>Fills an empty slot from a sheaf; false if no sheaf has objects.</summary>
    public bool TryFill(ArraySlot* slot)
    {
        Sheaf* filled = TakeFilled();
        if (filled == null)
            return false;
        ArraySlot.Load(slot, filled, filled->Count);
        _empty.Push(filled);
        return true;
    }

    /// <summary>Takes the objects of a slot's spare sheaf, in exchange for an empty one; false if there are <paramref name="most"/> objects already, or no sheaf.</summary>
    public bool TryTakeSpare(ArraySlot* slot, SheafPool pool, int most)
    {
        if (Objects + slot->SpareCount > most)
            return false;
        Sheaf* empty = _empty.Pop();
        if (empty == null)
            empty = pool.Take();
        if (empty == null)
            return false;
        slot->Spare->Count = slot->SpareCount;
        _filled.Push(slot->Spare);
        Objects += (int)slot->SpareCount;
        slot->Spare = empty;
        slot->SpareCount = 0;
        return true;
    }

    /// <summary>A sheaf with objects; null if there is none.</summary>
    public Sheaf* TakeFilled()
    {
        Sheaf* filled = _filled.Pop();
        if (filled != null)
            Objects -= (int)filled->Count;
        return filled;
    }

    /// <summary>Gives the empty sheaves back.</summary>
    public void ReleaseEmpty(SheafPool pool)
    {
        for (Sheaf* sheaf = _empty.Pop(); sheaf != null; sheaf = _empty.Pop())
            pool.Give(sheaf);
    }

    /// <summary>True if the count is right and the condition holds for each object.</summary>
    public readonly bool All(Predicate<nint> condition)
    {
        int count = 0;
        for (Sheaf* sheaf = _filled.First; sheaf != null; sheaf = sheaf->Next)
        {
            for (uint i = 0; i < sheaf->Count; i++, count++)
            {
                if (!condition((nint)Sheaf.ObjectsOf(sheaf)[i]))
                    return false;
            }
        }
        return count == Objects;
    }
}
