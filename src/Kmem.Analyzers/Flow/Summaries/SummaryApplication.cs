using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>One case of a summary at a call: the caller's path after it, and what the callee's values stand for there.</summary>
internal sealed class SummaryApplication
{
    /// <summary>From here on, parts of a call's value number what its callee made itself.</summary>
    public const int FirstPart = 1000;

    private readonly CallSite _site;
    private readonly PathState _before;
    private readonly Summary _summary;

    private SummaryApplication(Summary summary, CallSite site, PathState before, SummaryCase applied)
    {
        _summary = summary;
        _site = site;
        _before = before;
        Case = applied;
        State = before;
    }

    public SummaryCase Case { get; }

    /// <summary>The caller's path after this case, but for the analysis' own part.</summary>
    public PathState State { get; private set; }

    /// <summary>What the call gives; null: nothing is known of it.</summary>
    public Value? Result { get; private set; }

    /// <summary>The cases that are possible on the caller's path.</summary>
    public static IEnumerable<SummaryApplication> Apply(Summary summary, CallSite site, PathState before)
    {
        foreach (var each in summary.Cases)
        {
            var application = new SummaryApplication(summary, site, before, each);
            if (application.MeetConditions())
            {
                application.Write();
                application.SetResult();
                yield return application;
            }
        }
    }

    /// <summary>The caller's value for one of the callee's; what the callee made itself is a new value at this call.</summary>
    public Value Translate(Value value)
    {
        switch (value)
        {
            case ConstantValue:
                return value;
            case ThisValue:
                return _site.Receiver ?? (IsNested ? value : _site.Method is { MethodKind: MethodKind.Constructor } ? _site.Result : Fresh(value));
            case EntryValue { Address: VariableAddress { Variable: IParameterSymbol parameter } } when IsOwn(parameter):
                return _site.Argument(parameter.Ordinal) ?? Fresh(value);
            case EntryValue entry:
                return Bounded(_before.Load(Translate(entry.Address)), value);
            case NoteAddress or FieldAddress { Target: null }:
                return value;
            case FieldAddress { Target: { } target } field:
                var outer = Translate(target);
                return new FieldAddress(outer.IsDeepest ? new EntryValue(Fresh(value)) : outer, field.Field);
            case ElementAddress element:
                return Bounded(new ElementAddress(Translate(element.Target), Translate(element.Index)), value);
            case OperatorValue operation:
                var right = operation.Right is null ? null : Translate(operation.Right);
                return Reasoning.Apply(operation.Kind, Translate(operation.Left), right) ?? Fresh(value);
            case VariableAddress { Variable: var variable } when !IsOwn(variable):
                return value;
            default:
                return Fresh(value);
        }
    }

    /// <summary>The path on which something is true of the callee's arguments; null: it is not true on this one.</summary>
    public PathState? Assume(ValueMap<Fact> conditions, PathState state)
    {
        PathState? met = state;
        foreach (var condition in conditions)
        {
            var value = Translate(condition.Key);
            met = condition.Value.Signs switch
            {
                Signs.Zero => met.Assume(value, truth: false),
                Signs.NonZero => met.Assume(value, truth: true),
                var signs => met.Restrict(value, signs),
            };
            if (met is not null && condition.Value.Constant is { } constant)
                met = met.Assume(new OperatorValue(Operator.Equal, value, constant), truth: true);
            if (met is null)
                return null;
        }

        return met;
    }

    private bool MeetConditions()
    {
        if (Assume(Case.Conditions, State) is not { } met)
            return false;

        State = met;
        return true;
    }

    private void Write()
    {
        foreach (var write in Case.Writes)
            State = State.Store(Translate(write.Key), Translate(write.Value), _site.Syntax);
        foreach (var fact in Case.FreshFacts)
            State = State with { Facts = State.Facts.Set(Translate(fact.Key), fact.Value) };
    }

    private void SetResult()
    {
        Result = Case.Result is null ? null : Translate(Case.Result);
        if (Case.ResultFact is { } fact)
            State = State.Restrict(Result ?? _site.Result, fact.Signs) ?? State;
    }

    // A lambda or local function works on the object of the method around it.
    private bool IsNested => _site.Method is { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction };

    private bool IsOwn(ISymbol variable) =>
        SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol.OriginalDefinition, _site.Method?.ReducedFrom ?? _site.Method?.OriginalDefinition);

    // The same name in every case: paths on which the callee did different things may then still become one.
    private SiteValue Fresh(Value value) =>
        value.Equals(Case.Result) ? _site.Result : new SiteValue(_site.Syntax, FirstPart + _summary.NumberOf(value));

    private Value Bounded(Value value, Value original) => value.Depth <= Value.MaxDepth ? value : Fresh(original);
}
