using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Values that get another name where code is run again, and places whose contents are no longer known.</content>
internal sealed partial class LifetimeDomain
{
    // What the block in front of it did with memory is not known: released it, checked it, put other memory in its place.
    public override DomainState EnterHandler(DomainState domain, TriedCode tried)
    {
        var lifetime = (LifetimeState)domain;
        foreach (var entry in lifetime.Objects)
            lifetime = lifetime.With(entry.Key, entry.Value with { IsDoubtful = true }).GiveUp(entry.Key);
        return tried.RunsOther
            ? lifetime with { Endings = lifetime.Endings.RemoveWhere(tried, static (ending, _) => Pointers.IsInPlace(ending.Key)) }
            : lifetime;
    }

    public override DomainState Rename(PathState state, SiteValue value)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return lifetime;

        var objects = Without(value, lifetime.Objects);
        var endings = Without(value, lifetime.Endings);
        foreach (var entry in objects)
            objects = objects.Set(entry.Key, Rename(entry.Value, value));

        if (IsReachable(value, state))
        {
            (objects, endings) = (Without(value.Older, objects), Without(value.Older, endings)); // The name goes on to another value: what is in that is other memory.
            if (lifetime.Objects.Find(value) is { } memory)
                objects = objects.Set(value.Older, AllocationFailure.HasFailed(value, memory, state) ? memory with { Custody = Custody.None } : Rename(memory, value));
            if (lifetime.Endings.Find(value) is { } ending)
                endings = endings.Set(value.Older, ending);
        }

        return ReferenceEquals(objects, lifetime.Objects) && ReferenceEquals(endings, lifetime.Endings)
            ? lifetime
            : lifetime with { Objects = objects, Endings = endings };
    }

    public override IEnumerable<SiteValue> Remembered(SyntaxNode expression, DomainState domain)
    {
        foreach (var entry in ((LifetimeState)domain).Endings)
        {
            if (entry.Key.FindResultOf(expression) is { } result)
                yield return result;
        }
    }

    private static ValueMap<TKnown> Without<TKnown>(SiteValue value, ValueMap<TKnown> known)
        where TKnown : class => known.RemoveWhere(value, static (entry, forgotten) => entry.Key.Mentions(forgotten));

    private static Memory Rename(Memory memory, SiteValue value)
    {
        if (value.Equals(memory.Status))
            memory = memory with { Status = value.Older };
        if (memory.Keeper is not { } keeper)
            return memory;

        // Kept by what was already the older one: that is no longer told from other memory.
        return keeper.Equals(value) ? memory with { Keeper = value.Older }
            : keeper.Equals(value.Older) ? memory with { Keeper = null, Custody = Custody.None }
            : memory;
    }

    // What a call gave through its arguments is made anew by the same call; what nothing holds any more has no name then.
    private static PathState ForgetParts(CallSite site, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return state;

        var objects = lifetime.Objects.RemoveWhere(site.Syntax, static (entry, call) => IsGivenThrough(call, entry.Key));
        var endings = lifetime.Endings.RemoveWhere(site.Syntax, static (entry, call) => IsGivenThrough(call, entry.Key));
        return ReferenceEquals(objects, lifetime.Objects) && ReferenceEquals(endings, lifetime.Endings)
            ? state
            : state with { Domain = lifetime with { Objects = objects, Endings = endings } };
    }

    // By the arguments of a call, or made of what was.
    private static bool IsGivenThrough(SyntaxNode call, Value value)
    {
        if (value is SiteValue made)
            return made is { Part: >= 10, IsOlder: false } && ReferenceEquals(made.Syntax, call);

        foreach (var part in value.Parts)
        {
            if (IsGivenThrough(call, part))
                return true;
        }

        return false;
    }
}
