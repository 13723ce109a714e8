using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Is told what happens to memory: to report it, or to learn from it.</summary>
internal abstract class LifetimeObserver
{
    /// <summary>Memory is used where its allocation has failed.</summary>
    /// <param name="held">What else this body has to release, at this point of this path.</param>
    public virtual void UsedUnchecked(Memory memory, IOperation use, IReadOnlyList<HeldMemory> held)
    {
    }

    /// <summary>A function that releases memory, and null for nothing, is called, whatever it gets.</summary>
    public virtual void CalledToRelease(ReleaseCall release)
    {
    }

    /// <summary>Memory is released or taken over that was there until now.</summary>
    /// <param name="memory">Where it came from; null: from outside.</param>
    public virtual void Released(Memory? memory, ReleaseCall release)
    {
    }

    /// <summary>An exception may come while memory is there.</summary>
    /// <param name="thrower">What throws it, for messages.</param>
    public virtual void Exposed(Memory memory, SyntaxNode at, string thrower)
    {
    }

    /// <summary>An exception may come while the object that is being made keeps memory in one of its own fields: nobody would get that object.</summary>
    public virtual void ExposedInConstructor(Memory memory, IFieldSymbol field, SyntaxNode at, string thrower)
    {
    }

    /// <summary>Memory of this body's goes to where somebody else finds it: it is returned, or stored.</summary>
    public virtual void HandedOn(Memory memory, SyntaxNode at)
    {
    }

    /// <summary>Memory is there still where a variable, or the body, ends, and it is no longer this body's: it was handed on, or code that is not known has taken it over.</summary>
    /// <param name="isFinal">The body has no other name of it there, and ends by no exception.</param>
    public virtual void LeftToOthers(Memory memory, SyntaxNodeOrToken place, bool isFinal)
    {
    }

    /// <summary>Memory goes to a native function of which nothing is known: it may take it over, or only look.</summary>
    public virtual void Lent(Memory memory, SyntaxNode at)
    {
    }

    /// <summary>Memory that somebody else may have taken over is used as if it were still there.</summary>
    public virtual void StillUsed(Memory memory, SyntaxNode at)
    {
    }

    /// <summary>Memory is released by a function of another family.</summary>
    /// <param name="mayBeNull">On this path it may as well be that there is none.</param>
    public virtual void ReleasedToOther(Memory memory, ReleaseCall release, bool mayBeNull)
    {
    }

    /// <summary>Something is released whose origin is not on this path.</summary>
    public virtual void ReleasedUnknown(Value value, ReleaseCall release)
    {
    }

    /// <summary>Memory is released that is gone, or somebody else's.</summary>
    /// <param name="memory">Where it came from; null: from outside.</param>
    public virtual void ReleasedTwice(Ending ending, Memory? memory, ReleaseCall release)
    {
    }

    /// <summary>Something is released that no allocator gave.</summary>
    /// <param name="what">The resource that says what it is.</param>
    public virtual void ReleasedNeverAllocated(string what, ReleaseCall release)
    {
    }

    /// <summary>Pages are released with another order than their own.</summary>
    public virtual void ReleasedWithOtherOrder(Memory memory, ReleaseCall release)
    {
    }

    /// <summary>An object is released to another pool than its own.</summary>
    public virtual void ReleasedToOtherPool(Memory memory, ReleaseCall release)
    {
    }

    /// <summary>Memory is used that is gone.</summary>
    /// <param name="memory">Where it came from; null: from outside.</param>
    public virtual void UsedAfterEnd(Ending ending, Memory? memory, IOperation use)
    {
    }

    /// <summary>The last pointer to memory that could not be resized is overwritten by the result.</summary>
    /// <param name="held">What this body has to release in front of the assignment, the memory to be resized among it.</param>
    public virtual void LostByResize(Memory result, IOperation assignment, IReadOnlyList<HeldMemory> held)
    {
    }

    /// <summary>Memory that only this body could release can no longer be reached.</summary>
    /// <param name="mayBeNull">On this path it may as well be that there is none.</param>
    public virtual void Leaked(Memory memory, SyntaxNodeOrToken place, bool mayBeNull)
    {
    }

    /// <summary>Memory of this body's, at a place where other paths lose it, is released or handed on.</summary>
    public virtual void NotLeaked(Memory memory, SyntaxNodeOrToken place)
    {
    }

    /// <summary>At a place where other paths lose memory, its allocation has failed.</summary>
    public virtual void NeverThere(Memory memory, SyntaxNodeOrToken place)
    {
    }

    /// <summary>A value is written to a place.</summary>
    public virtual void Stored(Value address, Value value, PathState state)
    {
    }
}
