namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What is left out when an expected and an actual diagnostic are compared.</summary>
[Flags]
public enum DiagnosticOptions
{
    /// <summary>Everything is compared.</summary>
    None = 0,

    /// <summary>The additional locations may be any.</summary>
    IgnoreAdditionalLocations = 1,

    /// <summary>The severity may be any.</summary>
    IgnoreSeverity = 2,
}
