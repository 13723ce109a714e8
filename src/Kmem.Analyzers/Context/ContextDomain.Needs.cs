using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <content>What a callee needs of its caller: a lock held, preemption disabled, or leave to sleep.</content>
internal sealed partial class ContextDomain
{
    private bool? _isHelper;

    // Where a lambda or local function runs, who calls it knows; a contract or a delegate may say it.
    private bool IsContextKnown =>
        _graph.Method is not { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction } || IsContextSaid;

    private bool IsContextSaid => ((ContextState)Initial).IsProcess || ((ContextState)Initial).Open.Any(open => !open.IsPromise);

    // What only its own type can call, and calls, may count on what its callers do.
    private bool IsHelper => _isHelper ??= _graph.Method is { } method && !IsContextSaid && PrivateCalls.AreMade(method);

    private void CheckNeeds(CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (site.Contract.OnlyInAtomic)
            CheckNeed(new NeedEffect(site.Call.Node, NameOf(site), null, ""), site, state);
        foreach (var path in site.Contract.Body.HeldLocks)
        {
            var key = path.Length == 0 ? null : LockPath.AddressAt(path, site, new PathState(context));
            if (key is not null || path.Length == 0)
                CheckNeed(new NeedEffect(site.Call.Node, NameOf(site), new SectionKey(OpenSection.Spinlock, key), LockText(path, site)), site, state);
        }
    }

    // What is not there is reported where it is known who calls this body, else asked of them.
    private void CheckNeed(NeedEffect need, CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (context.IsBlurred)
            return;

        if (need.IsMetIn(context))
        {
            _reports.Needs.AddMet(need);
            return;
        }

        var isOwn = IsInSameMember(need.Node, _graph.Syntax);
        if (!IsContextKnown || IsHelper)
        {
            if (IsContextKnown)
                _reports.Needs.AddForCallers(need, isOwn);
            if (!context.IsDetached && _told++ < MaxTold)
                Note(state with { Domain = ContextState.Nothing with { Needing = need } });
        }
        else
        {
            _reports.Needs.AddUnmet(need, site.Call.Node, isOwn);
        }
    }

    private static bool IsInSameMember(SyntaxNodeOrToken need, SyntaxNode body) =>
        need.SyntaxTree == body.SyntaxTree && MemberAround(need.AsNode() ?? need.Parent!).Span == MemberAround(body).Span;

    private static SyntaxNode MemberAround(SyntaxNode node) =>
        node.AncestorsAndSelf().First(each => each is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax or CompilationUnitSyntax);

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
