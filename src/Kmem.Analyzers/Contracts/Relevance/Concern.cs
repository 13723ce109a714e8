namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>What a name may have to do with: the quick answer that spares most code the analysis.</summary>
[Flags]
internal enum Concern
{
    None = 0,

    /// <summary>Enters or leaves sections, takes or drops spinlocks.</summary>
    Sections = 1,

    /// <summary>May sleep.</summary>
    Sleep = 2,

    /// <summary>Allocates, releases or tells apart memory.</summary>
    Memory = 4,

    /// <summary>Says where a body runs: the member's own, or that of a delegate.</summary>
    Bodies = 8,

    /// <summary>Itself may end the path: by an exception, or a call that does not return.</summary>
    Ends = 16,

    /// <summary>Names a modifier of allocation flags, or their type. It is the mention that counts, not the call of who mentions it.</summary>
    Flags = 32,

    /// <summary>Has a contract of Kmem's own vocabulary: who mentions it is written in the kernel's manner.</summary>
    Kernel = 64,

    /// <summary>Needs a lock held, or the thread kept on its CPU, where it is called.</summary>
    Needs = 128,

    /// <summary>May be overridden, implemented or converted to, and promises never to sleep.</summary>
    Promises = 256,

    /// <summary>Can be called by its own type only, which may see to what is needed inside.</summary>
    CallersNeeds = 512,

    /// <summary>Says what allocations in a body must not do.</summary>
    Limits = 1024,

    /// <summary>Switches parts of allocation flags off or on.</summary>
    Masks = 2048,
}

/// <summary>Which concern each word of the vocabulary raises.</summary>
internal static class Concerns
{
    private static readonly Dictionary<string, Concern> ByWord = new(StringComparer.Ordinal)
    {
        ["MightSleep"] = Concern.Sleep,
        ["GfpFlags"] = Concern.Sleep,
        ["EntersAtomic"] = Concern.Sections,
        ["LeavesAtomic"] = Concern.Sections,
        ["AcquiresSpinlock"] = Concern.Sections,
        ["ReleasesSpinlock"] = Concern.Sections,
        ["Maps"] = Concern.Sections,
        ["Unmaps"] = Concern.Sections,
        ["OnlyInAtomic"] = Concern.Needs,
        ["AtomicContext"] = Concern.Bodies,
        ["HoldsSpinlock"] = Concern.Bodies | Concern.Needs,
        ["ProcessContext"] = Concern.Bodies,
        ["NoIoContext"] = Concern.Limits,
        ["NoFsContext"] = Concern.Limits,
        ["MasksFlags"] = Concern.Masks,
        ["UnmasksFlags"] = Concern.Masks,
        ["Allocates"] = Concern.Memory,
        ["Frees"] = Concern.Memory,
        ["Reallocates"] = Concern.Memory,
        ["TestsFamily"] = Concern.Memory,
        ["MaybeNull"] = Concern.Memory,
        ["TestsAtomic"] = Concern.Sleep,
        ["DoesNotReturn"] = Concern.Ends,
        ["DoesNotReturnIf"] = Concern.Ends,
    };

    /// <summary>The concern that a word raises; none for words that matter only beside others.</summary>
    public static Concern Of(string word) => ByWord.TryGetValue(word, out var concern) ? concern : Concern.None;

    /// <summary>The concern that an attribute raises.</summary>
    public static Concern OfAttribute(string word) =>
        Of(word) | (ContractVocabulary.Find(word) is { IsKmemAttribute: true } ? Concern.Kernel : Concern.None);

    /// <summary>What matters where a name stands, and not where a member is called that mentions it.</summary>
    public const Concern OfMentions = Concern.Flags | Concern.Kernel | Concern.Needs | Concern.Promises | Concern.Limits;

    /// <summary>What a member's name has to do with, where its body has to do with something. What a callee needs is its caller's matter, and ends at what others can call.</summary>
    public static Concern HandedOn(Concern body, bool isPrivate)
    {
        var own = body & ~OfMentions;
        if (!isPrivate)
            return own & ~Concern.CallersNeeds;

        return (body & Concern.Needs) != 0 ? own | Concern.CallersNeeds : own;
    }

    /// <summary>Modifiers that code puts together by hand.</summary>
    public static IEnumerable<string> FlagModifiers { get; } = new[] { "__GFP_WAIT", "__GFP_HIGH", "__GFP_IO", "__GFP_FS" };

    /// <summary>What a lambda's or local function's own attribute is written as: inside a body it has no name to be found by.</summary>
    public static IEnumerable<KeyValuePair<string, Concern>> BodyWords { get; } =
        from word in new[] { "AtomicContext", "HoldsSpinlock", "NoIoContext", "NoFsContext" }
        from written in new[] { word, word + "Attribute" }
        select new KeyValuePair<string, Concern>(written, Of(word) & (Concern.Bodies | Concern.Limits));
}
