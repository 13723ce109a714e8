namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks that a test leaves out.</summary>
[Flags]
public enum TestBehaviors
{
    /// <summary>All checks are made.</summary>
    None = 0,

    /// <summary>The code is not analysed once more as generated code.</summary>
    SkipGeneratedCodeCheck = 1,

    /// <summary>The code is not analysed once more under <c>#pragma warning disable</c>.</summary>
    SkipSuppressionCheck = 2,
}
