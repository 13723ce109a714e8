using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flags;

/// <summary>Looks at the flags that allocators are given: KMEM3001.</summary>
internal sealed class FlagInspector : ICallInspector
{
    private readonly ContractTable _contracts;
    private readonly ReportList _reports = new();

    public FlagInspector(ContractTable contracts) => _contracts = contracts;

    public void Called(CallSite site, PathState state)
    {
    }

    public void Stored(Value address, Value value)
    {
    }

    public bool Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        if (!_contracts.Get(demand.Function).Parameter(demand.Parameter).IsFlags)
            return true;

        var (certain, possible) = state.BitsOf(demand.Value);
        var flags = new FlagsInUse(demand, argument.Syntax, certain, possible);
        if (FlagContradiction.Find(flags) is not { } contradiction)
            return flags.IsKnown;

        _reports.Add(Diagnostic.Create(
            Rules.ContradictoryFlags,
            argument.Syntax.GetLocation(),
            demand.Way.Select(step => step.GetLocation()),
            Properties(flags, contradiction),
            argument.Syntax.ToString(),
            contradiction.Reason));
        return true;
    }

    public IEnumerable<Diagnostic> Diagnostics() => _reports.Diagnostics();

    // What a callee adds, the argument cannot take away.
    private static ImmutableDictionary<string, string?> Properties(FlagsInUse flags, FlagContradiction contradiction)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (contradiction.IsAboutSleep)
            properties = properties.Add(DiagnosticProperties.IsAboutSleep, "");
        if (!flags.Demand.Way.IsEmpty)
            return properties;

        return properties
            .Add(DiagnosticProperties.FlagsType, flags.Type.ToDisplayString())
            .Add(DiagnosticProperties.FlagReplacements, contradiction.Mended.Replacements())
            .Add(DiagnosticProperties.WholeFlags, flags.IsKnown ? contradiction.Mended.Whole(flags.Certain) : null);
    }
}
