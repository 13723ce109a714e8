using System.Collections.Immutable;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>The events of a basic block, in the order they happen.</summary>
/// <param name="Temporaries">How many temporaries the events use.</param>
/// <param name="Condition">The temporary that decides the block's conditional branch; -1: the block has none.</param>
/// <param name="HasCalls">Whether any of the events is a call.</param>
internal sealed record BlockEvents(ImmutableArray<FlowEvent> Events, int Temporaries, int Condition, bool HasCalls);
