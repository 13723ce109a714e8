using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow;

/// <summary>A demand whose value is known, and of which only the context of the callers says whether it is right.</summary>
/// <param name="Conditions">What is true of the method's arguments wherever it makes the demand.</param>
internal sealed record ConditionalDemand(Demand Demand, ValueMap<Fact> Conditions);
