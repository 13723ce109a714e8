using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>What a contract file says, and what in it could not be read.</summary>
/// <param name="Lines">The lines that could be read, in the file's order. One member may have several: they add up.</param>
/// <param name="Errors">What could not be read, line by line. A line with an error is not among the lines.</param>
internal sealed record ContractFile(ImmutableArray<ContractLine> Lines, ImmutableArray<ContractFileError> Errors);
