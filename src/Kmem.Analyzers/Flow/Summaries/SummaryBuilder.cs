using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>Makes the summary of a body out of the states in which it returns.</summary>
internal static class SummaryBuilder
{
    /// <summary>The summary; null where the body says too little, or too much to be kept.</summary>
    public static Summary? Build(MethodGraph graph, List<PathState> exits, FlowDomain domain)
    {
        var method = graph.Method!;
        var isIterator = graph.AllEvents().Any(step => step is YieldEvent);
        var isDeferred = method.IsAsync || isIterator;
        var cases = new List<SummaryCase>(exits.Count);
        foreach (var exit in exits)
            AddNew(CaseOf(method, exit, domain, isDeferred), cases);
        AddEndless(method, domain, cases);
        cases = Merge(cases, keepsWrites: true);
        if (cases.Count == 0)
            return ThrowsOnPurpose(graph) && !isIterator ? Summary.Never : null;
        if (cases.Count > Summary.MaxCases)
            cases = Merge(cases, keepsWrites: false);
        return cases.Count > Summary.MaxCases ? null : new Summary(cases.ToImmutableArray(), isIterator);
    }

    private static void AddEndless(IMethodSymbol method, FlowDomain domain, List<SummaryCase> cases)
    {
        var returning = cases.Count;
        foreach (var state in domain.Effects)
        {
            var endless = EndlessCaseOf(method, state, domain);
            var isTold = false;
            for (var i = 0; i < returning && !isTold; i++)
                isTold = cases[i].Effect.Covers(endless.Effect);
            if (!isTold)
                AddNew(endless, cases);
        }
    }

    private static void AddNew(SummaryCase added, List<SummaryCase> cases)
    {
        if (!cases.Contains(added))
            cases.Add(added);
    }

    private static SummaryCase CaseOf(IMethodSymbol method, PathState exit, FlowDomain domain, bool isDeferred)
    {
        var conditions = exit.Facts.RemoveWhere(method, static (fact, owner) => !IsCondition(fact.Key, owner));
        var result = isDeferred ? null : exit.Cells.Find(Interpreter.ReturnAddress);
        var writes = isDeferred ? ValueMap<Value>.Empty : exit.Cells.RemoveWhere(method, static (cell, owner) => !IsVisible(cell.Key, owner) || HoldsWhatItDid(cell));
        return new SummaryCase(
            conditions,
            result is not null && IsOfUse(result, method, domain, exit) ? result : null,
            FactOf(result, exit),
            exit.Facts.RemoveWhere((writes, result), static (fact, told) => fact.Key is not SiteValue || !IsInside(told.result, fact.Key) && !told.writes.Any(fact.Key, static (write, made) => write.Value.Mentions(made))),
            writes,
            domain.Summarize(exit));
    }

    // Of the result itself its own fact tells.
    private static bool IsInside(Value? result, Value made) => result is OperatorValue && result.Mentions(made);

    private static bool HoldsWhatItDid(KeyValuePair<Value, Value> cell) => cell.Value is EntryValue entry && entry.Address.Equals(cell.Key);

    // What came about on a path is so for callers even if the path then throws, or never ends.
    private static SummaryCase EndlessCaseOf(IMethodSymbol method, PathState state, FlowDomain domain) => new(
        state.Facts.RemoveWhere(method, static (fact, owner) => !IsCondition(fact.Key, owner)),
        Result: null,
        ResultFact: null,
        ValueMap<Fact>.Empty,
        ValueMap<Value>.Empty,
        domain.Summarize(state)) { Returns = false };

    private static bool IsOfUse(Value result, IMethodSymbol method, FlowDomain domain, PathState exit) =>
        IsExpressible(result, method) || domain.IsOfInterest(result, exit.Domain)
        || (result is OperatorValue { Kind: Operator.Derived } derived
            ? IsOfUse(derived.Left, method, domain, exit)
            : result is OperatorValue && result.Parts.All(part => IsOfUse(part, method, domain, exit)));

    private static Fact? FactOf(Value? result, PathState exit)
    {
        if (result is null or ConstantValue)
            return null;

        var signs = exit.SignsOf(result);
        return signs == Signs.Any ? null : new Fact(signs);
    }

    // Cases that differ in nothing a caller could see, or in too little to be kept apart, become one.
    private static List<SummaryCase> Merge(List<SummaryCase> cases, bool keepsWrites)
    {
        var merged = new List<SummaryCase>(cases.Count);
        foreach (var each in cases)
        {
            var index = IndexOfAlike(each, merged, keepsWrites);
            if (index < 0)
                merged.Add(each);
            else
                merged[index] = merged[index] with { Conditions = merged[index].Conditions.Intersect(each.Conditions), Writes = merged[index].Writes.Intersect(each.Writes) };
        }

        return merged;
    }

    private static int IndexOfAlike(SummaryCase ending, List<SummaryCase> cases, bool withWrites)
    {
        for (var i = 0; i < cases.Count; i++)
        {
            var other = cases[i];
            if (other.Returns == ending.Returns && Equals(other.Result, ending.Result) && Equals(other.ResultFact, ending.ResultFact)
                && other.FreshFacts.Equals(ending.FreshFacts) && (!withWrites || other.Writes.Equals(ending.Writes)) && other.Effect.Equals(ending.Effect))
                return i;
        }

        return -1;
    }

    private static bool IsVisible(Value address, IMethodSymbol method) => address switch
    {
        NoteAddress or FieldAddress { Target: null } => true,
        FieldAddress { Target: { } target } => IsExpressible(target, method) && target is not VariableAddress,
        ElementAddress element => IsExpressible(element, method),
        EntryValue => IsExpressible(address, method),
        _ => false,
    };

    /// <summary>A condition that a caller can test itself.</summary>
    public static bool IsCondition(Value condition, IMethodSymbol method) => IsExpressible(condition, method) && !IsOfDistance(condition);

    /// <summary>A value that a caller can put together from what it passed.</summary>
    public static bool IsExpressible(Value value, IMethodSymbol method) => value switch
    {
        ConstantValue or ThisValue => true,
        SiteValue or CaptureAddress or FunctionValue => false,
        EntryValue { Address: VariableAddress { Variable: var variable } } => IsFromOutside(variable, method),
        VariableAddress { Variable: var variable } => !AreSame(variable.ContainingSymbol, method),
        _ => AreExpressible(value.Parts, method),
    };

    // A recursion that counts would have another condition for each of its rounds.
    private static bool IsOfDistance(Value value) => value is OperatorValue { Kind: var kind } term
        && (kind == Operator.Offset || (kind is Operator.Less or Operator.Not && (IsOfDistance(term.Left) || (term.Right is { } right && IsOfDistance(right)))));

    private static bool AreExpressible(ValueParts parts, IMethodSymbol method)
    {
        foreach (var part in parts)
        {
            if (!IsExpressible(part, method))
                return false;
        }

        return true;
    }

    private static bool IsFromOutside(ISymbol variable, IMethodSymbol method) =>
        variable is IParameterSymbol || !AreSame(variable.ContainingSymbol, method);

    private static bool AreSame(ISymbol? first, ISymbol second) => SymbolEqualityComparer.Default.Equals(first, second);

    // A body that is nothing but `throw null` or throws in place of a value is a signature for others to fill in.
    private static bool ThrowsOnPurpose(MethodGraph graph) =>
        graph.Method is { ReturnsVoid: true } && graph.AllEvents().All(step => step is not ThrowEvent { Operation.ConstantValue.HasValue: true });
}
