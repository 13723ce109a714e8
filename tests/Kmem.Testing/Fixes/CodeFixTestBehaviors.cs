namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks of a fix that a test leaves out.</summary>
[Flags]
public enum CodeFixTestBehaviors
{
    /// <summary>All checks are made.</summary>
    None = 0,

    /// <summary>Fix-all is not tried in documents.</summary>
    SkipFixAllInDocumentCheck = 1,

    /// <summary>Fix-all is not tried in projects.</summary>
    SkipFixAllInProjectCheck = 2,

    /// <summary>Fix-all is not tried in the solution.</summary>
    SkipFixAllInSolutionCheck = 4,

    /// <summary>Fix-all is not tried.</summary>
    SkipFixAllCheck = SkipFixAllInDocumentCheck | SkipFixAllInProjectCheck | SkipFixAllInSolutionCheck,

    /// <summary>Only one diagnostic is fixed, and the code after that is the expected one.</summary>
    FixOne = 8,

    /// <summary>The fix may serve diagnostics that no editor shows while typing.</summary>
    SkipLocalDiagnosticCheck = 16,
}
