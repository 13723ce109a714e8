using Microsoft.CodeAnalysis.CodeActions;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which code action a test means, and how its result is checked.</summary>
internal sealed record FixSettings(
    int? ActionIndex,
    string? EquivalenceKey,
    Action<CodeAction, IVerifier>? ActionVerifier,
    CodeActionValidationMode ValidationMode,
    CodeFixTestBehaviors Behaviors);
