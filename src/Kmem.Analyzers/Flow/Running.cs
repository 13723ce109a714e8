using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow;

/// <summary>A path on its way through a block.</summary>
/// <param name="Values">What the block's temporaries hold on it.</param>
internal readonly record struct Running(PathState State, Value[] Values)
{
    /// <summary>One path for two; what their temporaries hold differently is new.</summary>
    public Running Join(Running other, FlowEvent step, Func<Value, DomainState, bool> isOfInterest)
    {
        var values = (Value[])Values.Clone();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not null && !values[i].Equals(other.Values[i]))
                values[i] = new SiteValue(step.Operation.Syntax, part: 6);
        }

        return new Running(State.Join(other.State, new MeetingPoint(step.Operation.Syntax, part: 6), isOfInterest), values);
    }
}
