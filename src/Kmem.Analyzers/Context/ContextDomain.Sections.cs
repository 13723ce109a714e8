using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <content>Entering and leaving, as contracts say it.</content>
internal sealed partial class ContextDomain
{
    /// <summary>How often a body tells its callers which lock it takes, or what it needs of them; each costs them a case.</summary>
    private const int MaxTold = 6;

    private int _told;

    // Nothing is said of what is open behind a result that nobody expects.
    private IEnumerable<CallOutcome> ApplyContract(CallSite site, PathState state)
    {
        var forgotten = CallEffects.Forget(site, state);
        var condition = site.Contract.Locks.Select(effect => effect.When).FirstOrDefault(when => when != Outcome.Always);
        if (CallOutcomes.With(condition, site, forgotten) is { } happened)
            yield return happened with { State = Apply(site, happened.State, condition) };
        foreach (var (otherwise, isExpected) in CallOutcomes.Others(condition, site, forgotten))
        {
            var applied = Apply(site, otherwise.State, Outcome.Always);
            yield return otherwise with { State = isExpected ? applied : applied with { Domain = (ContextState)applied.Domain with { IsBlurred = true } } };
        }
    }

    private PathState Apply(CallSite site, PathState state, Outcome outcome)
    {
        var before = (ContextState)state.Domain;
        var context = before;
        foreach (var section in site.Contract.Sections)
        {
            var key = section.Parameter < 0 ? null : site.Argument(section.Parameter);
            var name = ArgumentText(site, section.Parameter);
            context = section.Enters
                ? Enter(context, OpenSection.Entered(section.Section, key, site.Syntax, name) with { Handle = HandleOf(site) }, before, site)
                : Leave(context, new SectionKey(section.Section, key), name, site);
        }

        context = site.Contract.MovesMappings ? ApplyMappings(site, before, context) : context;
        foreach (var effect in site.Contract.Locks)
        {
            if (effect.When != Outcome.Always && effect.When != outcome)
                continue;

            var (key, name) = LockOf(effect, site, state);
            context = effect.Acquires
                ? Take(effect, OpenSection.Entered(OpenSection.Spinlock, key, site.Syntax, name), before, site, state with { Domain = context })
                : Leave(context, new SectionKey(OpenSection.Spinlock, key), name, site);
        }

        return state with { Domain = context };
    }

    private ContextState ApplyMappings(CallSite site, ContextState before, ContextState context)
    {
        for (var i = 0; i < site.Contract.Parameters.Length; i++)
        {
            var parameter = site.Contract.Parameters[i];
            var name = ArgumentText(site, i);
            if (parameter.Maps is { } mapped)
                context = Enter(context, OpenSection.Entered(OpenSection.KindOfMapping(mapped), site.Argument(i), site.Syntax, name) with { Handle = site.Result }, before, site);
            if (parameter.Unmaps is { } unmapped)
                context = Leave(context, new SectionKey(OpenSection.KindOfMapping(unmapped), site.Argument(i)), name, site);
        }

        return context;
    }

    private static SiteValue? HandleOf(CallSite site) =>
        site.Method is { ReturnsByRef: true } or { ReturnType: IPointerTypeSymbol } ? site.Result : null;

    private ContextState Take(LockEffect effect, OpenSection section, ContextState before, CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (section.Key is { } key && CopiedLock.Find(key, site.Call.Operation) is { } copy)
            _reports.Needs.AddCopy(copy, section.Name);
        var isShared = site.Contract.Parameter(effect.Parameter).IsSharedLock;

        // A try-lock does not wait for what it does not get.
        if (effect.When == Outcome.Always)
            CheckTaken(new TakenLock(section.Identity, isShared, section.Name), site, state);
        return Enter(context, section with { IsShared = isShared }, before, site);
    }

    // Before: what was open in front of the call, which may enter several sections, one after the other.
    private ContextState Enter(ContextState context, OpenSection section, ContextState before, CallSite site)
    {
        var saved = SavedAt(site);
        if (saved is not null && context.Open.LastOrDefault(open => saved.Equals(open.Saved) && open.Site != section.Site) is { } nesting)
            _reports.Deadlocks.AddOverwritten(site.Call.Node, NameOf(site), SavedText(site), nesting);
        if (context.Open.FirstOrDefault(open => open.Site == section.Site && (before.Open.Contains(open) || open.Identity.Equals(section.Identity))) is not { } earlier)
            return context.Enter(section with { Saved = saved });

        // A loop that comes back here with the same lock held waits for itself; with another one it gathers locks.
        if (earlier.Kind == OpenSection.Spinlock && earlier.Identity.IsCertain && earlier.Identity.Equals(section.Identity))
            return context;

        _reports.Balance.NoteRepeated(site.Syntax);
        return context.Enter(section with { Saved = saved });
    }

    private ContextState Leave(ContextState context, SectionKey section, string name, CallSite site)
    {
        var index = context.FindLeft(section.Kind, section.Key);
        if (index >= 0)
        {
            _reports.Sections.Record(context.Open[index], site.Syntax);
        }
        else
        {
            _reports.Sections.RecordCallers(section, site.Syntax);
            if (!IsInPlace)
                _reports.Balance.AddNeedless(site.Call.Node, NameOf(site), name, section, context);
        }

        return context.Leave(section.Kind, section.Key, site.Syntax);
    }

    /// <summary>A lock is taken, here or in a callee: by a thread that holds it, for ever in vain.</summary>
    private void CheckTaken(TakenLock taken, CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (context.IsBlurred || !taken.Section.IsCertain || context.Left.Contains(taken.Section))
            return;

        var held = context.Open.LastOrDefault(open => open.Identity.Equals(taken.Section) && !(open.IsShared && taken.IsShared));
        if (held is not null)
            _reports.Deadlocks.AddHeld(site.Call.Node, NameOf(site), taken.Name, held);
        else if (!context.IsDetached && _told++ < MaxTold)
            Note(state with { Domain = ContextState.Nothing with { Taking = taken } });
    }

    private static (Value? Key, string Name) LockOf(LockEffect effect, CallSite site, PathState state)
    {
        if (effect.Parameter >= 0)
            return (site.Argument(effect.Parameter), ArgumentText(site, effect.Parameter));
        if (effect.Path.Length > 0)
            return (LockPath.AddressAt(effect.Path, site, state), effect.Path);

        return (site.Receiver, ReceiverText(site) is { Length: > 0 } text ? text : site.Receiver is ThisValue ? "this" : "");
    }

    // Where the interrupt state is kept until the section is left.
    private static Value? SavedAt(CallSite site) =>
        SavedIn(site) is { } argument && site.ValueOf(argument) is VariableAddress or FieldAddress ? site.ValueOf(argument) : null;

    private static string SavedText(CallSite site) => SavedIn(site)?.Operation.Syntax.ToString() ?? "";

    private static Flow.Events.CallArgument? SavedIn(CallSite site) => site.Contract.HasContextEffect
        ? site.Call.Arguments.FirstOrDefault(argument =>
            argument.Parameter is { RefKind: RefKind.Out } parameter && parameter.Ordinal != site.Contract.OutcomeParameter)
        : null;
}
