namespace Kmem.Analyzers.Flow.Values;

/// <summary>A place that no program has: where a rule keeps what it wants to know of a path later.</summary>
internal sealed class NoteAddress : Value
{
    public NoteAddress(string name)
        : base(Combine(41, name.GetHashCode())) => Name = name;

    public string Name { get; }

    protected override bool IsSame(Value other) => other is NoteAddress note && Name == note.Name;

    public override string ToString() => "&note:" + Name;
}
