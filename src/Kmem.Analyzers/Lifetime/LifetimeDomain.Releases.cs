using System.Collections.Generic;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Releases by contract, and what is done with memory that is gone.</content>
internal sealed partial class LifetimeDomain
{
    // The outcome on which a release or a change of owner depends; null: there is none that does.
    private static Outcome? ConditionOf(MethodContract contract)
    {
        foreach (var parameter in contract.Parameters)
        {
            if ((parameter.Frees?.When ?? parameter.TakesOwnership) is { } when and not Outcome.Always)
                return when;
        }

        return null;
    }

    private IEnumerable<CallOutcome> Split(Outcome when, CallSite site, PathState state)
    {
        var prepared = Leave(site, Release(site, state));
        if (CallOutcomes.With(when, site, prepared) is { } with)
            yield return with with { State = Release(site, with.State, when) };
        foreach (var (without, isExpected) in CallOutcomes.Others(when, site, prepared))
        {
            var released = Release(site, without.State, Opposite(when));
            yield return without with { State = isExpected ? released : GiveUpArguments(null, site, released) };
        }
    }

    private static Outcome? Opposite(Outcome outcome) => outcome switch
    {
        Outcome.True => Outcome.False,
        Outcome.False => Outcome.True,
        Outcome.Null => Outcome.NonNull,
        Outcome.NonNull => Outcome.Null,
        Outcome.Zero => Outcome.NonZero,
        Outcome.NonZero => Outcome.Zero,
        Outcome.Negative => Outcome.NonNegative,
        Outcome.NonNegative => Outcome.Negative,
        _ => null,
    };

    // What the call releases or takes over whatever comes of it, or on one outcome.
    private PathState Release(CallSite site, PathState state, Outcome? when = Outcome.Always)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is not { } parameter || site.Contract.Parameter(parameter.Ordinal) is not { SaysMemory: true } contract)
                continue;

            var value = parameter.RefKind == RefKind.None ? site.ValueOf(argument) : state.Load(site.ValueOf(argument));
            if (contract.Frees is { } frees && frees.When == when)
                state = Release(value, contract, CallOf(frees, argument.Operation, parameter.Type, site), state);
            else if (contract.TakesOwnership == when && when is not null)
                state = Release(value, CallOf(AnyFamily, argument.Operation, parameter.Type, site) with { Kind = EndingKind.TakenOver }, state);
            else if (contract.Reallocates && when == Outcome.Always)
                state = CheckFamily(value, site, argument, state);
        }

        if (when == Outcome.Always && site.Contract.This.Frees is { } self && Handle(site, state) is { } handle && !IsGuarded(site))
            state = Release(handle, CallOf(self, ReceiverOperation(site), null, site), state);
        return state;
    }

    private PathState Release(Value value, ParameterContract contract, ReleaseCall release, PathState state)
    {
        if (!contract.DisallowsNull)
            _observer.CalledToRelease(release);
        return Release(value, release, state);
    }

    private static ReleaseContract AnyFamily { get; } = new(System.Collections.Immutable.ImmutableArray<string>.Empty, Outcome.Always);

    private static ReleaseCall CallOf(ReleaseContract contract, IOperation argument, ITypeSymbol? type, CallSite site)
    {
        var order = site.Contract.FindParameter(parameter => parameter.IsPageOrder);
        var pool = site.Contract.FindParameter(parameter => parameter.IsPool);
        return new ReleaseCall(contract, site.Method!, argument, site.Syntax)
        {
            Order = OrderOf(site),
            OrderArgument = order < 0 ? null : site.FindArgument(order)?.Operation,
            Pool = PoolOf(site),
            PoolArgument = pool < 0 ? site.Contract.This.IsPool ? ReceiverOperation(site) : null : site.FindArgument(pool)?.Operation,
            IsUntyped = type is IPointerTypeSymbol { PointedAtType.SpecialType: SpecialType.System_Void } or { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr },
        };
    }

    private static Value? OrderOf(CallSite site) => site.Contract.FindParameter(parameter => parameter.IsPageOrder) is var order and >= 0
        ? site.Argument(order)
        : site.Contract.PageOrder is { } always ? ConstantValue.Of((long)always) : null;

    private static Value? PoolOf(CallSite site) => site.Contract.FindParameter(parameter => parameter.IsPool) is var pool and >= 0
        ? site.Argument(pool)
        : site.Contract.This.IsPool ? site.Receiver : null;

    // What a handle's own member is called on: the value of the struct, not its place.
    private static Value? Handle(CallSite site, PathState state) =>
        site.Receiver is { } receiver && site.Method is { ContainingType.IsValueType: true } && receiver is VariableAddress or FieldAddress or ElementAddress or EntryValue
            ? state.Load(receiver)
            : site.Receiver;

    private static IOperation ReceiverOperation(CallSite site) => site.Call.Operation switch
    {
        IInvocationOperation { Instance: { } instance } => instance,
        IPropertyReferenceOperation { Instance: { } instance } => instance,
        var operation => operation,
    };

    // A handle that is asked whether it is still one, and released if so, is never released twice.
    private static bool IsGuarded(CallSite site)
    {
        var receiver = ReceiverOperation(site).Syntax.ToString();
        return site.Syntax.Ancestors().TakeWhile(node => node is not MemberDeclarationSyntax).OfType<IfStatementSyntax>()
            .Any(check => check.Condition.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().Any(access => access.Expression.ToString() == receiver));
    }

    // What resizes memory must be of its family too.
    private PathState CheckFamily(Value value, CallSite site, CallArgument argument, PathState state)
    {
        if (site.Contract.Allocates is { } allocates && Of(state).Objects.Find(value) is { Family.Length: > 0 } memory
            && memory.Family != allocates.Family && !HasFailed(value, memory, state))
        {
            var contract = new ReleaseContract(System.Collections.Immutable.ImmutableArray.Create(allocates.Family), Outcome.Always);
            _observer.ReleasedToOther(memory, CallOf(contract, argument.Operation, null, site));
        }

        return state;
    }

    private PathState Release(Value pointer, ReleaseCall release, PathState state)
    {
        var lifetime = Of(state);
        var value = Root(pointer);
        var memory = lifetime.Objects.Find(value);
        if (state.SignsOf(pointer) == Signs.Zero || (memory is not null && HasFailed(value, memory, state)))
            return state;
        if (release.Kind == EndingKind.Released && NeverAllocated.Find(pointer, lifetime) is { } what)
        {
            _observer.ReleasedNeverAllocated(what, release);
            return GiveUp(pointer, state);
        }

        if (IsMoved(pointer))
            return GiveUp(pointer, state);
        if (lifetime.Endings.Find(value) is { } ending)
        {
            if (HasReportedFailure(ending, state))
                return state;
            _observer.ReleasedTwice(ending, memory, release);
            return state;
        }

        _observer.Released(memory, release);
        if (memory is not null)
            CheckMatch(memory, release, state);
        else
            _observer.ReleasedUnknown(value, release);

        return End(value, release, state);
    }

    // A release that gives back a status, and was found to have failed, has released nothing for certain.
    private static bool HasReportedFailure(Ending ending, PathState state) => ending.FailureSigns != Signs.None
        && state.Facts.Find(new SiteValue(ending.Site)) is { } fact && (fact.Signs & ~ending.FailureSigns) == 0;

    // Somewhere in the memory: whether at its start is not known.
    private static bool IsMoved(Value pointer) => pointer switch
    {
        OperatorValue => true,
        FieldAddress { Target: { } target } => IsMoved(target),
        ElementAddress element => !(element.Index is ConstantValue { Bits: 0 }) || IsMoved(element.Target),
        _ => false,
    };

    private void CheckMatch(Memory memory, ReleaseCall release, PathState state)
    {
        if (memory.Family.Length > 0 && !release.Contract.Accepts(memory.Family))
            _observer.ReleasedToOther(memory, release);
        else if (Differ(memory.Order, release.Order, state))
            _observer.ReleasedWithOtherOrder(memory, release);
        else if (Differ(memory.Pool, release.Pool, state))
            _observer.ReleasedToOtherPool(memory, release);
    }

    // Two values that are known for what they are, and are not the same: constants, what the caller passed, what was made here.
    private static bool Differ(Value? first, Value? second, PathState state)
    {
        if (first is null || second is null || first.Equals(second))
            return false;

        var truth = state.TruthOf(new OperatorValue(Operator.Equal, first, second)) ?? state.TruthOf(new OperatorValue(Operator.Equal, second, first));
        return truth switch
        {
            true => false,
            false => true,
            null => IsDistinct(first, state) && IsDistinct(second, state),
        };
    }

    private static bool IsDistinct(Value value, PathState state) =>
        value is ConstantValue or EntryValue && IsLasting(value) && state.Facts.Find(value)?.IsUncertain != true
        || Of(state).Objects.Find(value) is not null;

    private PathState End(Value value, ReleaseCall release, PathState state)
    {
        var lifetime = Of(state).GiveUp(value);
        foreach (var inner in lifetime.Objects)
        {
            if (value.Equals(inner.Value.Keeper))
                lifetime = lifetime.With(inner.Key, release.IsUntyped ? inner.Value with { Keeper = null, IsBuried = true } : inner.Value with { Keeper = null, Custody = Custody.None });
        }

        var isOutside = value is not (SiteValue or ConstantValue);
        if (isOutside)
        {
            lifetime = lifetime.AddRelease(new ReleaseEffect(value, release.Contract, release.FinalFunction, release.Kind)
            {
                Order = release.Order is { } order && IsLasting(order) ? order : null,
                Pool = release.Pool is { } pool && IsLasting(pool) ? pool : null,
            });
        }

        var ended = IsLasting(value) || lifetime.Objects.Find(value) is not null
            ? lifetime.End(value, new Ending(release.Kind, release.Site, release.FinalFunction) { FailureSigns = FailureSigns(release) })
            : lifetime;
        return isOutside ? Tell(ended, state) : state with { Domain = ended };
    }

    // Only a function whose own contract releases without a condition: what a condition or a body says of its results is known better.
    private static Signs FailureSigns(ReleaseCall release) => release switch
    {
        { IsDirect: false } or { Contract.When: not Outcome.Always } => Signs.None,
        { Function.ReturnType.SpecialType: SpecialType.System_Int32 } => Signs.NonZero,
        { Function.ReturnType.SpecialType: SpecialType.System_Boolean } => Signs.Zero,
        _ => Signs.None,
    };

    /// <summary>A value whose name is no other value's later on: names of what changes in loops are used again.</summary>
    private static bool IsLasting(Value value) => value switch
    {
        ConstantValue or ThisValue or VariableAddress => true,
        SiteValue site => site.Part is 0 or >= 10 && site.Syntax is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or MemberAccessExpressionSyntax,
        EntryValue or FieldAddress or ElementAddress or OperatorValue { Kind: Operator.Or or Operator.And } => value.Parts.All(IsLasting),
        _ => false,
    };

    /// <summary>Memory is read, written, stored, passed on or returned: it has to be there still.</summary>
    private PathState UseWhatIsThere(Value pointer, IOperation use, PathState state)
    {
        var lifetime = Of(state);
        var value = Root(pointer);
        if (IsForCallers && value is EntryValue && HoldsPointer(((EntryValue)value).Address))
            Note(value, ref _used);
        if (lifetime.Endings.Count == 0 || lifetime.Endings.Find(value) is not { IsGone: true } ending
            || state.SignsOf(value) == Signs.Zero || IsLength(use) || HasReportedFailure(ending, state))
            return state;

        var memory = lifetime.Objects.Find(value);
        _observer.UsedAfterEnd(ending, memory, use);
        return state with { Domain = lifetime with { Endings = lifetime.Endings.Remove(value), Objects = lifetime.Objects.Remove(value) } };
    }

    // An array's length is not its contents.
    private static bool IsLength(IOperation use) =>
        use.Parent is IPropertyReferenceOperation { Property: { Name: "Length", ContainingType.SpecialType: SpecialType.System_Array } };

    private static bool IsUse(ParameterContract contract, CallArgument argument)
    {
        if (contract.Frees is not null || argument.Parameter!.RefKind != RefKind.None)
            return false;

        return contract.Borrows || contract.TakesOwnership is not null || contract.RetainsUntil is not null || contract.Reallocates
            || contract.DisallowsNull || contract.Maps is not null || contract.IsDirectMapped;
    }

    // Code that is not known gets a pointer: it is taken to use it.
    private PathState PassOn(CallSite site, PathState state)
    {
        if (Of(state).Endings.Count == 0 && !IsForCallers)
            return state;

        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.None } parameter && IsPointer(parameter.Type) && !IsOfNativeInteger(parameter)
                && IsUnsaid(site.Contract.Parameter(parameter.Ordinal)))
                state = UseWhatIsThere(site.ValueOf(argument), argument.Operation, state);
        }

        return state;
    }

    private static bool IsPointer(ITypeSymbol type) => type is IPointerTypeSymbol or IArrayTypeSymbol
        || type.SpecialType is SpecialType.System_Array or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static bool IsOfNativeInteger(IParameterSymbol parameter) =>
        parameter.ContainingType?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static bool IsUnsaid(ParameterContract contract) => !contract.SaysMemory && contract.TestsFamily is null && !contract.IsReturned
        && contract.NotNullWhen is null && contract.DoesNotReturnIf is null && !contract.NotNullOnReturn;

    // What a place outside held, code that is not known may have replaced. What this call ended, it ended.
    private static LifetimeState ForgetPlaces(CallSite site, LifetimeState lifetime)
    {
        if (lifetime.Endings.Count == 0)
            return lifetime;

        var changesAll = site.Method is not { DeclaringSyntaxReferences.Length: 0, IsVirtual: false, IsAbstract: false }
            || site.Contract.HasContextEffect || site.Contract.Sleep == SleepContract.Might;
        var kept = lifetime.Endings.RemoveWhere(entry => IsInPlace(entry.Key) && !ReferenceEquals(entry.Value.Site, site.Syntax)
            && (changesAll || (site.Contract.IsEmpty && Reaches(site, entry.Key))));
        return ReferenceEquals(kept, lifetime.Endings) ? lifetime : lifetime with { Endings = kept };
    }

    private static bool IsInPlace(Value value) => value is EntryValue { Address: not VariableAddress };

    private static bool Reaches(CallSite site, Value place) => (site.Receiver is { } receiver && place.Mentions(receiver))
        || site.Call.Arguments.Any(argument => place.Mentions(site.ValueOf(argument)));
}
