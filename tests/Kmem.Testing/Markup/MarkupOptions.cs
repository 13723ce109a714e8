namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How the markup of a test is read.</summary>
[Flags]
public enum MarkupOptions
{
    /// <summary><c>[|text|]</c> needs an analyzer with one rule, <c>{|ID:text|}</c> an id with one descriptor.</summary>
    None = 0,

    /// <summary>Where several descriptors fit, the first one is meant.</summary>
    UseFirstDescriptor = 1,

    /// <summary><c>$$</c> is code (as in raw strings), not a position. Positions are not supported, so without this <c>$$</c> is an error.</summary>
    TreatPositionIndicatorsAsCode = 2,
}
