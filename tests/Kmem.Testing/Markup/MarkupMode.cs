namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What becomes of the diagnostics marked in a state.</summary>
public enum MarkupMode
{
    /// <summary>Markup is not read: the text is taken as it stands.</summary>
    None,

    /// <summary>Markup is taken out, and expects nothing.</summary>
    Ignore,

    /// <summary>Markup is taken out; it expects the diagnostics that the fix under test cannot fix. The default of a fixed state with code of its own.</summary>
    IgnoreFixable,

    /// <summary>Markup is taken out, and all of it expects diagnostics. The default of the first state.</summary>
    Allow,
}
