using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow;

/// <summary>Splits a call by its outcome, so that what happens only on success is seen only where the success was.</summary>
internal static class CallOutcomes
{
    /// <summary>The path on which the call had an outcome, and its value there.</summary>
    public static CallOutcome? With(Outcome outcome, CallSite site, PathState state) => outcome switch
    {
        Outcome.Always when site.Contract.OutcomeParameter < 0 => new CallOutcome(state),
        Outcome.Always or Outcome.True or Outcome.False => Store(site, state, ConstantValue.Of(outcome != Outcome.False)),
        _ => state.Restrict(site.Result, SignsOf(outcome)) is { } restricted ? new CallOutcome(restricted, site.Result) : null,
    };

    /// <summary>
    /// The paths on which the call did not have an outcome. Errors are negative: where zero is the outcome, a positive result is
    /// neither that nor an error, and callers who look for errors alone do not count on it.
    /// </summary>
    public static IEnumerable<(CallOutcome Path, bool IsExpected)> Others(Outcome outcome, CallSite site, PathState state)
    {
        if (Without(outcome, site, state) is not { } otherwise)
            yield break;
        if (outcome != Outcome.Zero || otherwise.State.Restrict(site.Result, Signs.Negative) is not { } failed)
        {
            yield return (otherwise, true);
            yield break;
        }

        yield return (otherwise with { State = failed }, true);
        if (otherwise.State.Restrict(site.Result, Signs.Positive) is { } neither)
            yield return (otherwise with { State = neither }, false);
    }

    // None if it always has.
    private static CallOutcome? Without(Outcome outcome, CallSite site, PathState state) => outcome switch
    {
        Outcome.Always => null,
        Outcome.True => With(Outcome.False, site, state),
        Outcome.False => With(Outcome.True, site, state),
        _ => state.Restrict(site.Result, Signs.Any & ~SignsOf(outcome)) is { } restricted ? new CallOutcome(restricted, site.Result) : null,
    };

    private static CallOutcome Store(CallSite site, PathState state, ConstantValue value)
    {
        if (site.Contract.OutcomeParameter is var ordinal and >= 0 && site.Argument(ordinal) is { } address)
            return new CallOutcome(state.Store(address, value, site.Syntax));

        return new CallOutcome(state, value);
    }

    /// <summary>The signs that a result with this outcome can have.</summary>
    public static Signs SignsOf(Outcome outcome) => outcome switch
    {
        Outcome.NonNull or Outcome.NonZero or Outcome.True => Signs.NonZero,
        Outcome.Null or Outcome.Zero or Outcome.False => Signs.Zero,
        Outcome.Negative => Signs.Negative,
        Outcome.NonNegative => Signs.Zero | Signs.Positive,
        _ => Signs.Any,
    };
}
