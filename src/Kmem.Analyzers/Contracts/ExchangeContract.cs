namespace Kmem.Analyzers.Contracts;

/// <summary>A place gets another value where it holds the one that is expected.</summary>
/// <param name="Value">The parameter that it gets.</param>
/// <param name="Expected">The parameter that it is compared with.</param>
internal sealed record ExchangeContract(string Value, string Expected);
