using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <content>What sleeps.</content>
internal sealed partial class ContextDomain
{
    private bool? _watchesAtomicFlags;

    private PathState SleepByContract(CallSite site, PathState state)
    {
        var contract = site.Contract;
        if (contract.Sleep == SleepContract.Might && !IsZeroTimeout(site))
            return Sleep(new SleepOccurrence(site.Call.Node, NameOf(site), site.Method, null), state);
        if (contract.Sleep != SleepContract.ByFlags)
            return state;

        var ordinal = contract.FindParameter(parameter => parameter.IsFlags);
        if (site.FindArgument(ordinal) is not { Parameter: { } parameter } argument)
            return state;

        var flags = new FlagsArgument(site.ValueOf(argument), argument.Operation.Syntax, parameter.Type);
        var occurrence = new SleepOccurrence(site.Call.Node, NameOf(site), site.Method, flags);
        CheckAtomicFlags(flags, occurrence, state);
        return Sleep(occurrence, state);
    }

    // A timeout of zero only asks.
    private static bool IsZeroTimeout(CallSite site)
    {
        var ordinal = site.Contract.FindParameter(parameter => parameter.ZeroTimeoutNeverSleeps);
        return site.Argument(ordinal) switch
        {
            ConstantValue { Bits: 0 } => true,
            EntryValue { Address: FieldAddress { Target: null, Field.Name: "Zero" } } => true,
            _ => false,
        };
    }

    /// <summary>Something sleeps here, or may: reported where a section is open, and told to callers.</summary>
    private PathState Sleep(SleepOccurrence occurrence, PathState state)
    {
        var context = (ContextState)state.Domain;
        var mustSleep = occurrence.Flags is not { } flags || AllocationFlags.MaySleep(flags, state) == true;
        var mayNotSleep = occurrence.Flags is { } decided && AllocationFlags.MaySleep(decided, state) == false;
        if (mayNotSleep)
            return state;

        // A caller of an async method waits for nothing behind its first await: no promise is broken there.
        var reason = occurrence.Guard ?? context.Reason;
        if (reason is { IsPromise: true } && context.IsDetached)
            return state;
        if (mustSleep && reason is not null)
            _reports.Sleeps.Add(occurrence, reason);

        // What depends on the flags that this method was given, is for its callers to answer.
        var isOpen = occurrence.Flags is not null && !mustSleep;
        if ((reason is null && mustSleep) || isOpen)
        {
            var told = Tell(context.AddSleep(EffectOf(occurrence, context, isOpen, reason)), state);
            var hasSlept = mustSleep && !context.IsProcess && occurrence.Sleeper.Length == 0 && WatchesAtomicFlags;
            return hasSlept ? told with { Domain = (ContextState)told.Domain with { IsProcess = true } } : told;
        }

        return state;
    }

    // Code that has slept could sleep again: of interest only to allocations that say they cannot.
    private bool WatchesAtomicFlags =>
        _watchesAtomicFlags ??= AllocationFlags.MayBeAtomicIn(_graph.Syntax);

    private PathState Tell(ContextState told, PathState state) =>
        ReferenceEquals(told, state.Domain) ? state : Note(state with { Domain = told });

    private static SleepEffect EffectOf(SleepOccurrence occurrence, ContextState context, bool isOpen, OpenSection? reason) =>
        new(isOpen ? occurrence.Flags!.Value : null, context.Left, isOpen && reason is { Site: not null } or { Kind: OpenSection.Body })
        {
            Way = occurrence.Way.Insert(0, occurrence.Node),
            Sleeper = occurrence.Sleeper.Length > 0 ? occurrence.Sleeper : occurrence.Name,
            Guard = reason,
        };
}
