namespace Kmem.Analyzers.Flow.Values;

/// <summary>Which signs a value can have; a bool, pointer or reference is zero or not.</summary>
[Flags]
internal enum Signs
{
    None = 0,
    Negative = 1,
    Zero = 2,
    Positive = 4,
    NonZero = Negative | Positive,
    Any = Negative | Zero | Positive,
}

/// <summary>What the branches on this path said of a value.</summary>
/// <param name="Signs">The signs it can have.</param>
/// <param name="Constant">What it was found equal to; null where no test said that.</param>
/// <param name="IsUncertain">Paths that knew different things were joined: it was tested, but how that went is lost.</param>
internal sealed record Fact(Signs Signs, ConstantValue? Constant = null, bool IsUncertain = false)
{
    public static readonly Fact Zero = new(Signs.Zero);
    public static readonly Fact NonZero = new(Signs.NonZero);

    /// <summary>What holds on both of two paths; null is a path that says nothing.</summary>
    public static Fact Join(Fact? first, Fact? second) => new(
        (first?.Signs ?? Signs.Any) | (second?.Signs ?? Signs.Any), Equals(first?.Constant, second?.Constant) ? first?.Constant : null, IsUncertain: true);

    /// <summary>What a value is on either of two paths, where it is forgotten that it was tested; null: anything.</summary>
    public static Fact? Either(Fact first, Fact? second)
    {
        var signs = first.Signs | (second?.Signs ?? Signs.Any);
        return signs == Signs.Any ? null : new Fact(signs, Equals(first.Constant, second?.Constant) ? first.Constant : null);
    }

    /// <summary>Whether whatever this does not rule out is all that another does not.</summary>
    public bool Covers(Fact other) =>
        (other.Signs & ~Signs) == 0 && (Constant is null || Constant.Equals(other.Constant)) && IsUncertain == other.IsUncertain;

    /// <summary>Whether no value is both.</summary>
    public bool Excludes(Fact other) => (Signs & other.Signs) == Signs.None || (Constant is not null && other.Constant is not null && !Constant.Equals(other.Constant));

    public static Signs SignsOf(long bits) => bits == 0 ? Signs.Zero : bits < 0 ? Signs.Negative : Signs.Positive;
}
