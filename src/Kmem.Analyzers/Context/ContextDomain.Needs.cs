using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <content>What a callee needs of its caller: a lock held, preemption disabled, or leave to sleep.</content>
internal sealed partial class ContextDomain
{
    // Where a lambda or local function runs, who calls it knows; a contract or a delegate may say it.
    private bool IsContextKnown =>
        _graph.Method is not { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction }
        || ((ContextState)Initial).IsProcess || ((ContextState)Initial).Open.Any(open => !open.IsPromise);

    private void CheckNeeds(CallSite site, ContextState context)
    {
        if (context.IsBlurred || !IsContextKnown)
            return;

        if (site.Contract.OnlyInAtomic && !context.IsAtomic && !context.IsFoundAtomic)
            _reports.Needs.AddPreemptible(site.Call.Node, NameOf(site), _graph.Method);
        foreach (var path in site.Contract.Body.HeldLocks)
            CheckHeld(path, site, context);
    }

    private void CheckHeld(string path, CallSite site, ContextState context)
    {
        var key = path.Length == 0 ? null : LockPath.AddressAt(path, site, new PathState(context));
        if ((key is null && path.Length > 0) || context.Open.Any(open => open.Kind == OpenSection.Spinlock && MayBe(open.Key, key)))
            return;

        _reports.Needs.AddNotHeld(site.Call.Node, NameOf(site), new SectionKey(OpenSection.Spinlock, key), LockText(path, site));
    }

    private static bool MayBe(Value? held, Value? needed) => held is null || needed is null || held.Equals(needed)
        || SectionKey.IsUncertain(held) || SectionKey.IsUncertain(needed);

    // The lock as the caller would write it.
    private static string LockText(string path, CallSite site)
    {
        if (path.Length == 0 || site.Method is not { } method || ScopePath.Find(path, method) is not { } symbols)
            return "";

        var receiver = ReceiverText(site);
        var text = symbols[0] switch
        {
            IParameterSymbol parameter => ArgumentText(site, parameter.Ordinal),
            { IsStatic: true } field when !SymbolEqualityComparer.Default.Equals(field.ContainingType, method.ContainingType) => field.ContainingType.Name + "." + field.Name,
            var field => receiver.Length == 0 || field.IsStatic ? field.Name : receiver + "." + field.Name,
        };
        for (var i = 1; i < symbols.Length; i++)
            text += (ScopePath.TypeOf(symbols[i - 1]) is IPointerTypeSymbol ? "->" : ".") + symbols[i].Name;
        return text;
    }

    private void CheckAtomicFlags(FlagsArgument flags, SleepOccurrence occurrence, PathState state)
    {
        if (flags.Syntax is null || flags.Type is null)
            return;
        if (!AllocationFlags.AreAtomic(flags, state))
        {
            _reports.Needs.AddOtherFlags(flags.Syntax);
            return;
        }

        var context = (ContextState)state.Domain;
        _reports.Needs.AddAtomicFlags(flags, occurrence.Name, context is { IsProcess: true, Open.IsEmpty: true, IsFoundAtomic: false, IsBlurred: false });
    }
}
