using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>Something in a contract file that cannot be read.</summary>
/// <param name="Message">What was found, and what is possible there.</param>
/// <param name="Start">Where it starts in the file's text, in characters.</param>
/// <param name="Length">Its length, in characters; 0 where something is missing at the end of a line.</param>
/// <param name="Line">The line's number, counted from 0.</param>
internal sealed record ContractFileError(LocalizableString Message, int Start, int Length, int Line);
