using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>What stopped a <see cref="ContractLexer"/>, and where.</summary>
internal sealed record ContractLexerError(LocalizableString Message, int Start, int Length);
