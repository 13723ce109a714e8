namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How the tree that a fix made is compared with the tree of its text.</summary>
public enum CodeActionValidationMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Nodes and tokens; spaces and comments do not count.</summary>
    SemanticStructure,

    /// <summary>Nodes, tokens, spaces and comments.</summary>
    Full,
}
