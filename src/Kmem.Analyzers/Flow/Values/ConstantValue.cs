namespace Kmem.Analyzers.Flow.Values;

/// <summary>A known value: null, a bool, an integer (as <see cref="long"/>), or anything the language takes as a constant.</summary>
internal sealed class ConstantValue : Value
{
    public static readonly ConstantValue Null = new(null);
    public static readonly ConstantValue True = new(true);
    public static readonly ConstantValue False = new(false);

    private const int SmallestKept = -64;
    private const int LargestKept = 255;

    // Counts, indices and error numbers: most numbers in a program are among these.
    private static readonly ConstantValue[] s_kept = Enumerable.Range(SmallestKept, LargestKept - SmallestKept + 1).Select(number => new ConstantValue((long)number)).ToArray();

    private ConstantValue(object? value)
        : base(Combine(1, value?.GetHashCode() ?? 0)) => Content = value;

    public object? Content { get; }

    /// <summary>The content as bits, where it has some; null counts as zero.</summary>
    public long? Bits => Content switch
    {
        null => 0,
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => null,
    };

    public static ConstantValue Of(object? content) => content switch
    {
        null => Null,
        bool flag => flag ? True : False,
        ulong number => Of(unchecked((long)number)),
        sbyte or byte or short or ushort or int or uint or long => Of(Convert.ToInt64(content, null)),
        char letter => Of((long)letter),
        _ => new ConstantValue(content),
    };

    public static ConstantValue Of(long number) =>
        number is >= SmallestKept and <= LargestKept ? s_kept[number - SmallestKept] : new ConstantValue(number);

    protected override bool IsSame(Value other) => other is ConstantValue constant && Equals(Content, constant.Content);

    public override string ToString() => Content?.ToString() ?? "null";
}
