namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>
/// The concern of each name, by its hash. Every word of a program is asked for after every edit, and nearly none is of concern:
/// a bit for each hash's lower half answers for those.
/// </summary>
internal sealed class ConcernTable
{
    private const int FilterSize = 1 << 16;

    private readonly Dictionary<int, Concern> _concerns = new();
    private readonly bool[] _filter = new bool[FilterSize];

    /// <summary>The names, each with what it is of concern for.</summary>
    public IEnumerable<KeyValuePair<int, Concern>> All => _concerns;

    public Concern Of(int name) =>
        _filter[name & (FilterSize - 1)] && _concerns.TryGetValue(name, out var concern) ? concern : Concern.None;

    /// <summary>What any of the names is of concern for.</summary>
    public Concern OfAny(int[] names)
    {
        var concern = Concern.None;
        foreach (var name in names)
            concern |= Of(name);
        return concern;
    }

    /// <summary>Raises a name's concern; false where it had that already.</summary>
    public bool Add(int name, Concern concern)
    {
        var known = Of(name);
        if ((concern & ~known) == Concern.None)
            return false;

        _concerns[name] = known | concern;
        _filter[name & (FilterSize - 1)] = true;
        return true;
    }
}
