namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which diagnostics of the compiler count; those that count must be expected.</summary>
public enum CompilerDiagnostics
{
    /// <summary>None.</summary>
    None,

    /// <summary>Errors.</summary>
    Errors,

    /// <summary>Errors and warnings.</summary>
    Warnings,

    /// <summary>Errors, warnings and suggestions.</summary>
    Suggestions,

    /// <summary>All, hidden ones too.</summary>
    All,
}
