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
    private readonly MethodContract _method;
    private readonly ReportList _reports = new();

    /// <param name="method">What is promised about the method that is looked at.</param>
    public FlagInspector(ContractTable contracts, MethodContract method)
    {
        _contracts = contracts;
        _method = method;
    }

    public PathState Called(CallSite site, PathState state) => site.Contract switch
    {
        { MasksFlag: { } flag } => state.Store(new NoteAddress(flag), ConstantValue.True, site.Syntax),
        { UnmasksFlag: { } flag } => state.Store(new NoteAddress(flag), ConstantValue.False, site.Syntax),
        _ => state,
    };

    public void Stored(Value address, Value value)
    {
    }

    public bool Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        if (!_contracts.Get(demand.Function).Parameter(demand.Parameter).IsFlags)
            return true;

        var (certain, possible) = state.BitsOf(demand.Value);
        var flags = new FlagsInUse(demand, argument.Syntax, certain, possible);
        if (FlagContradiction.Find(flags) is { } contradiction)
            Report(flags, contradiction);
        else if (FlagContext.Find(flags, _method, state) is { } context)
            Report(flags, context);
        else
            return flags.IsKnown;

        return true;
    }

    public IEnumerable<Diagnostic> Diagnostics() => _reports.Diagnostics();

    private void Report(FlagsInUse flags, FlagContradiction contradiction)
    {
        var properties = PropertiesOf(flags, contradiction.Mended);
        _reports.Add(Diagnostic.Create(
            Rules.ContradictoryFlags,
            flags.Argument.GetLocation(),
            StoryOf(flags),
            contradiction.IsAboutSleep ? properties.Add(DiagnosticProperties.IsAboutSleep, "") : properties,
            flags.Argument.ToString(),
            contradiction.Reason));
    }

    private void Report(FlagsInUse flags, FlagContext context) => _reports.Add(Diagnostic.Create(
        Rules.FlagsOfOtherContext,
        flags.Argument.GetLocation(),
        context.IsMasked ? DiagnosticSeverity.Info : Rules.FlagsOfOtherContext.DefaultSeverity,
        StoryOf(flags),
        PropertiesOf(flags, context.Mended),
        flags.Argument.ToString(),
        context.Effect,
        context.Reason));

    private static IEnumerable<Location> StoryOf(FlagsInUse flags) => flags.Demand.Way.Select(step => step.GetLocation());

    // What a callee adds, the argument cannot take away.
    private static ImmutableDictionary<string, string?> PropertiesOf(FlagsInUse flags, FlagSubstitution mended) => flags.Demand.Way.IsEmpty
        ? ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.FlagsType, flags.Type.ToDisplayString())
            .Add(DiagnosticProperties.FlagReplacements, mended.Replacements())
            .Add(DiagnosticProperties.WholeFlags, flags.IsKnown ? mended.Whole(flags.Certain) : null)
        : ImmutableDictionary<string, string?>.Empty;
}
