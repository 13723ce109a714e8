namespace Kmem.Analyzers.Contracts;

/// <summary>An argument of a word as it is written: the name where it has one, and the value.</summary>
internal sealed record ContractArgument(ContractToken? Name, ContractToken Value);
