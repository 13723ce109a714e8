namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How a <see cref="DiagnosticLocation"/> is to be read.</summary>
[Flags]
public enum DiagnosticLocationOptions
{
    /// <summary>The whole span counts.</summary>
    None = 0,

    /// <summary>Only the start counts.</summary>
    IgnoreLength = 1,

    /// <summary>The path is a markup key such as <c>#0</c>; the span is the one marked <c>{|#0:text|}</c>.</summary>
    InterpretAsMarkupKey = 2,
}

/// <summary>A place where a diagnostic is expected.</summary>
/// <param name="Span">The file and span; an empty path means the first source file.</param>
/// <param name="Options">How the span is compared.</param>
public readonly record struct DiagnosticLocation(FileLinePositionSpan Span, DiagnosticLocationOptions Options);
