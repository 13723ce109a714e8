namespace Kmem.Analyzers.Flow.Values;

/// <summary>What a place held when the method began.</summary>
internal sealed class EntryValue : Value
{
    public EntryValue(Value address)
        : base(Combine(2, address.GetHashCode()), address) => Address = address;

    public Value Address { get; }

    protected override bool IsSame(Value other) => other is EntryValue entry && Address.Equals(entry.Address);

    public override string ToString() => Address.ToString().TrimStart('&');
}
