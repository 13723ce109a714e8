using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flags;

/// <summary>Looks at the flags that allocators are given: KMEM3001 and 3002.</summary>
internal sealed class FlagInspector : ICallInspector
{
    private readonly ContractTable _contracts;
    private readonly BodyContract _body;
    private readonly bool _asksCallers;
    private readonly ReportList _reports;

    /// <param name="body">The context of the body that is looked at.</param>
    /// <param name="asksCallers">Some code of the compilation must not have its callees do I/O either.</param>
    public FlagInspector(ContractTable contracts, BodyContract body, bool asksCallers, ReportList reports)
    {
        _reports = reports;
        _contracts = contracts;
        _body = body;
        _asksCallers = asksCallers;
    }

    public PathState Called(CallSite site, PathState state) => site.Contract switch
    {
        { MasksFlag: { } flag } => state.Store(new NoteAddress(flag), ConstantValue.True, site.Syntax),
        { UnmasksFlag: { } flag } => Unmask(new NoteAddress(flag), site, state),
        _ => state,
    };

    public void Stored(Value address, Value value)
    {
    }

    public Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        if (!_contracts.Get(demand.Function).Parameter(demand.Parameter).IsFlags)
            return Verdict.Settled;

        var (certain, possible) = state.BitsOf(demand.Value);
        var flags = new FlagsInUse(demand, argument.Syntax, certain, possible) { IsDefault = argument.IsImplicit && argument.ConstantValue.HasValue };
        return ReferenceEquals(argument, site.Call.Operation) ? JudgeCallee(flags, site, state) : Judge(flags, state);
    }

    // Where the thread had masked the flag before, it does so again: this body makes no difference.
    private static PathState Unmask(NoteAddress flag, CallSite site, PathState state) => FlagContext.IsSwitchedOff(flag, state)
        ? state with { Cells = state.Cells.Remove(flag) }
        : state.Store(flag, ConstantValue.False, site.Syntax);

    private Verdict Judge(FlagsInUse flags, PathState state)
    {
        if (FlagContradiction.Find(flags) is { } contradiction)
            Report(flags, contradiction);
        else if (FlagContext.Find(flags, _body, state) is { } context)
            Report(flags, context);
        else if (!flags.IsKnown && flags.Demand.DependsOnCaller)
            return Verdict.DependsOnValue;
        else if (_asksCallers && FlagContext.IsMatterOfContext(flags))
            return Verdict.DependsOnContext;

        return Verdict.Settled;
    }

    // The callee's own flags are right where it is called from other code.
    private Verdict JudgeCallee(FlagsInUse flags, CallSite site, PathState state)
    {
        if (FlagContext.IsAnySwitchedOff(state) || OmittedCalls.Contain(site.Call))
            return Verdict.Settled;
        if (FlagContext.Find(flags, _body, state) is not { } context)
            return Verdict.DependsOnContext;

        Report(flags, context, site);
        return Verdict.Settled;
    }

    private void Report(FlagsInUse flags, FlagContradiction contradiction)
    {
        var properties = PropertiesOf(flags, contradiction.Mended);
        _reports.Add(Diagnostic.Create(
            Rules.ContradictoryFlags,
            flags.Argument.GetLocation(),
            flags.Demand.Story,
            contradiction.IsAboutSleep ? properties.Add(DiagnosticProperties.IsAboutSleep, "") : properties,
            flags.Text,
            contradiction.Reason));
    }

    private void Report(FlagsInUse flags, FlagContext context) => _reports.Add(Diagnostic.Create(
        Rules.FlagsOfOtherContext,
        flags.Argument.GetLocation(),
        context.IsMasked ? DiagnosticSeverity.Info : Rules.FlagsOfOtherContext.DefaultSeverity,
        flags.Demand.Story,
        PropertiesOf(flags, context.Mended),
        flags.Text,
        context.Effect,
        context.Reason));

    private void Report(FlagsInUse flags, FlagContext context, CallSite site) => _reports.Add(Diagnostic.Create(
        Rules.FlagsOfOtherContext,
        site.Call.Node.GetLocation() ?? Location.None,
        flags.Demand.Story,
        flags.Demand.Argument.ToString(),
        context.Effect,
        Rules.Composed("Flags_InCallee", site.Name, context.Reason)));

    // What a callee adds, the argument cannot take away.
    private static ImmutableDictionary<string, string?> PropertiesOf(FlagsInUse flags, FlagSubstitution mended) => flags.Demand.Way.IsEmpty
        ? ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.FlagsType, flags.Type.ToDisplayString())
            .Add(DiagnosticProperties.FlagReplacements, mended.Replacements())
            .Add(DiagnosticProperties.WholeFlags, flags.IsKnown ? mended.Whole(flags.Certain) : null)
        : ImmutableDictionary<string, string?>.Empty;
}
