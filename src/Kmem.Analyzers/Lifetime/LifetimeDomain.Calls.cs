using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Calls that allocate, by contract or by what the callee's body does.</content>
internal sealed partial class LifetimeDomain
{
    private PathState Allocate(CallSite site, PathState state)
    {
        for (var i = 0; i < site.Contract.Parameters.Length; i++)
        {
            if (site.Contract.Parameters[i].Allocates is { } contract && site.Argument(i) is { } address)
                state = Allocate(contract, site, state.Load(address), site.Method!.Parameters[i].Type, state, AllocationStatus.Of(site));
        }

        return site.Contract.Allocates is { } returned ? AllocateResult(returned, site, state) : ReturnMaybeNull(site, state);
    }

    private PathState AllocateResult(AllocationContract contract, CallSite site, PathState state) =>
        DropResult(site, site.Result, Allocate(contract, site, site.Result, ResultType(site), state));

    private static ITypeSymbol ResultType(CallSite site) =>
        site.Method!.MethodKind == MethodKind.Constructor ? site.Method.ContainingType : site.Method.ReturnType;

    private static PathState Allocate(AllocationContract contract, CallSite site, Value value, ITypeSymbol type, PathState state, Value? status = null)
    {
        var memory = Memory.Of(contract, site.Syntax, site.Method!) with
        {
            Custody = IsCollected(type) ? Custody.None : Custody.Own,
            IsOfPlatform = !IsCollected(type) && FileContracts.IsOfPlatform(contract.Family),
            Holder = OutputOf(value, site, state),
            Status = status,
            Order = OrderOf(site),
            OrderText = site.FindArgument(site.Contract.FindParameter(parameter => parameter.IsPageOrder))?.Operation.Syntax.ToString() ?? site.Contract.PageOrder?.ToString(CultureInfo.InvariantCulture),
            Pool = PoolOf(site),
            PoolText = site.FindArgument(site.Contract.FindParameter(parameter => parameter.IsPool))?.Operation.Syntax.ToString()
                ?? (site.Contract.This.IsPool ? ReceiverOperation(site).Syntax.ToString() : null),
        };
        var tracked = state with { Domain = Of(state).Add(value, memory) };
        return IsNeverNull(contract, site, state) ? tracked.Restrict(value, Signs.NonZero) ?? tracked : tracked;
    }

    // What nobody returns to its pool, the garbage collector takes.
    private static bool IsCollected(ITypeSymbol type) => type is IArrayTypeSymbol
        || (type.IsReferenceType && (type.SpecialType == SpecialType.System_IDisposable || type.AllInterfaces.Any(each => each.SpecialType == SpecialType.System_IDisposable)));

    // A result that no statement takes is lost at once.
    private PathState DropResult(CallSite site, Value result, PathState state) =>
        site.Call.Operation.Parent is IExpressionStatementOperation && Of(state).Objects.Find(result) is { Custody: Custody.Own } memory
            ? Lose(result, memory, site.Syntax, state)
            : state;

    // References that may be null are the compiler's own business.
    private static PathState ReturnMaybeNull(CallSite site, PathState state) =>
        site.Contract.ReturnsMaybeNull && site.Method!.ReturnType is IPointerTypeSymbol
            ? state with { Domain = Of(state).Add(DerivedResult(site) ?? site.Result, new Memory(site.Syntax, site.Method)) }
            : state;

    private static bool IsNeverNull(AllocationContract contract, CallSite site, PathState state)
    {
        if (contract.NeverNull)
            return true;

        var ordinal = site.Contract.FindParameter(parameter => parameter.IsFlags);
        return site.FindArgument(ordinal) is { Parameter: { } parameter } argument
            && (IsSet("__GFP_NOFAIL") || (contract.NeverNullIfSleeping && IsSet("__GFP_WAIT")));

        bool IsSet(string name) => FlagBits.Find(parameter.Type, name) is { } bit && (state.BitsOf(site.ValueOf(argument)).Certain & bit) != 0;
    }

    // Resized, the old memory is gone; where that fails, it lives on.
    private IEnumerable<CallOutcome> Resize(AllocationContract contract, CallSite site, PathState state)
    {
        var argument = site.FindArgument(site.Contract.FindParameter(parameter => parameter.Reallocates));
        var old = argument is null ? ConstantValue.Null : site.ValueOf(argument);
        var allocated = AllocateResult(contract, site, CallEffects.Forget(site, state));
        if (argument is null || state.SignsOf(old) == Signs.Zero || (Of(state).Objects.Find(old) is { } memory && HasFailed(old, memory, state)))
        {
            yield return new CallOutcome(allocated, site.Result);
            yield break;
        }

        if (allocated.Restrict(site.Result, Signs.NonZero) is { } grown)
        {
            var release = CallOf(AnyFamily, argument.Operation, argument.Parameter!.Type, site) with { Kind = EndingKind.Resized };
            yield return new CallOutcome(End(Root(old), release, grown), site.Result);
        }

        if (allocated.SignsOf(site.Result) != Signs.NonZero && allocated.Restrict(site.Result, Signs.Zero) is { } failed)
            yield return new CallOutcome(FailToResize(old, contract, site, failed), site.Result);
    }

    // Memory of another family could never be resized: that is reported.
    private static PathState FailToResize(Value old, AllocationContract contract, CallSite site, PathState state)
    {
        var lifetime = Of(state);
        return lifetime.Objects.Find(site.Result) is not { } result || (lifetime.Objects.Find(old) is { } memory && memory.Family != contract.Family)
            ? state
            : state with { Domain = lifetime.With(site.Result, result with { ResizedFrom = old }) };
    }

    private List<CallOutcome> Apply(Summary summary, CallSite site, PathState state)
    {
        var applications = SummaryApplication.Apply(summary, site, state).ToList();
        var returned = applications.Select(ReturnedMemory).FirstOrDefault(memory => memory is not null);
        return applications
            .Select(application => ApplySummary(application, applications, site))
            .OfType<CallOutcome>()
            .Select(outcome => Undo(site, FailAs(returned, site, outcome)))
            .ToList();
    }

    // A callee that says by its result that it could not release, has not.
    private static CallOutcome Undo(CallSite site, CallOutcome outcome)
    {
        var lifetime = Of(outcome.State);
        if (lifetime.Endings.Count == 0 || outcome.Result is not ConstantValue { Bits: { } bits })
            return outcome;

        var kept = lifetime.Endings.RemoveWhere(entry => ReferenceEquals(entry.Value.Site, site.Syntax) && (Fact.SignsOf(bits) & entry.Value.FailureSigns) != 0);
        return ReferenceEquals(kept, lifetime.Endings) ? outcome : outcome with { State = outcome.State with { Domain = lifetime with { Endings = kept } } };
    }

    private CallOutcome? ApplySummary(SummaryApplication application, List<SummaryApplication> all, CallSite site)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        if (UseArguments(effect, application, site) is not { } used)
            return null;

        var state = used;
        foreach (var release in effect.Released)
        {
            if (ArgumentOf(release.Value, site) is { } argument)
                state = ForgetOtherNames(release.Value, application, site, ApplyRelease(release, argument, application, all, site, state));
        }

        state = GiveUpUntold(application, all, site, InspectCallee(effect, application, site, state));
        if (!application.Case.Returns)
            return null;

        foreach (var kept in effect.Kept)
        {
            if (ArgumentOf(kept, site) is not null)
                state = GiveUp(application.Translate(kept), state);
        }

        if (MayHoldAddress(site.Method!.ReturnType) && all.Exists(each => each.Case.Returns && !IsKnown(each.Case)))
            state = GiveUpArguments(application.Result, site, state);

        var taken = TakeOver(effect, application, site, state);
        var after = taken with { Domain = ForgetPlaces(site, Of(taken)) };
        return new CallOutcome(application.Result is { } result ? DropResult(site, result, after) : after, application.Result);
    }

    // A callee that empties a list sets its ends anew, by conditions that no summary keeps: what else named the memory may name other memory now.
    private static PathState ForgetOtherNames(Value released, SummaryApplication application, CallSite site, PathState state)
    {
        var memory = application.Translate(released);
        var place = released is EntryValue entry ? application.Translate(entry.Address) : null;
        foreach (var cell in state.Cells)
        {
            if (cell.Key is FieldAddress { Target: not VariableAddress } or ElementAddress && cell.Value.Equals(memory) && !cell.Key.Equals(place))
                state = state.Forget(cell.Key, site.Syntax);
        }

        return state;
    }

    // A result that is computed of an address may be for the caller what the address was.
    private static bool MayHoldAddress(ITypeSymbol type) => type is IPointerTypeSymbol
        || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_Int64 or SpecialType.System_UInt64
        || (type.SpecialType == SpecialType.None && (type.IsReferenceType || type.TypeKind == TypeKind.Struct));

    private static bool IsKnown(SummaryCase ending) => ending.Result is ConstantValue or EntryValue
        || (ending.Result is { } result && ((LifetimeEffect)ending.Effect).Allocated.Find(result) is not null);

    private PathState GiveUpArguments(Value? result, CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (site.ValueOf(argument) is var value && (result is null || !Holds(result, Root(value))))
                state = GiveUp(value, state);
        }

        return state;
    }

    private PathState? UseArguments(LifetimeEffect effect, SummaryApplication application, CallSite site)
    {
        PathState? state = application.State;
        foreach (var value in effect.Used)
        {
            if (ArgumentOf(value, site) is { } operation)
                state = UseWhatIsThere(application.Translate(value), operation, state);
        }

        foreach (var value in effect.Dereferenced)
        {
            if (state is not null && !IsOfElement(value) && ArgumentBehind(value, site) is { } argument && !site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory)
                state = Use(application.Translate(value), argument.Operation, state);
        }

        return state;
    }

    // Which elements a loop comes to depends on a count that the summary does not keep.
    private static bool IsOfElement(Value value) => value is ElementAddress || (value is not SiteValue && value.Parts.Any(IsOfElement));

    private PathState ApplyRelease(
        ReleaseEffect release, IOperation argument, SummaryApplication application, List<SummaryApplication> all, CallSite site, PathState state)
    {
        var value = application.Translate(release.Value);
        if (IsOfElement(release.Value) || !IsToldApart(release, application, all, site))
            return GiveUp(value, state);

        return Release(value, new ReleaseCall(release.Contract, site.Method!, argument, site.Syntax)
        {
            Kind = release.Kind,
            FinalFunction = release.Function,
            Order = release.Order is null ? null : application.Translate(release.Order),
            Pool = release.Pool is null ? null : application.Translate(release.Pool),
            IsDirect = false,
        }, state);
    }

    // What the callee releases in a case that its caller cannot tell from this one, may be gone in this one too.
    private static PathState GiveUpUntold(SummaryApplication application, List<SummaryApplication> all, CallSite site, PathState state)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        foreach (var other in all)
        {
            if (ReferenceEquals(other, application) || !other.Case.Returns || !AreAlike(other, application, site))
                continue;

            foreach (var release in ((LifetimeEffect)other.Case.Effect).Released)
            {
                if (!effect.Released.Any(each => each.Value.Equals(release.Value)) && ArgumentOf(release.Value, site) is not null)
                    state = state with { Domain = Of(state).GiveUp(application.Translate(release.Value)) };
            }
        }

        return state;
    }

    // A callee that releases or not, for reasons that its caller cannot see (a count that reaches zero), says nothing.
    private static bool IsToldApart(ReleaseEffect release, SummaryApplication application, List<SummaryApplication> all, CallSite site) => all.TrueForAll(other =>
        !other.Case.Returns
        || ((LifetimeEffect)other.Case.Effect).Released.Any(each => each.Value.Equals(release.Value))
        || !AreAlike(other, application, site));

    // Who takes no notice of the result is not told by it.
    private static bool AreAlike(SummaryApplication first, SummaryApplication second, CallSite site) =>
        first.Case.Conditions.Equals(second.Case.Conditions)
        && (site.Call.Operation.Parent is IExpressionStatementOperation
            || (Equals(first.Case.Result, second.Case.Result) && Equals(first.Case.ResultFact, second.Case.ResultFact)));

    /// <summary>What the callee allocated and left behind is the caller's now.</summary>
    private static PathState TakeOver(LifetimeEffect effect, SummaryApplication application, CallSite site, PathState state)
    {
        var lifetime = Of(state);
        foreach (var allocated in effect.Allocated)
        {
            var value = application.Translate(allocated.Key);
            lifetime = lifetime.Add(value, AtCaller(allocated.Value, site) with
            {
                Custody = CustodyAtCaller(allocated.Value.Custody, value, site, state),
                Holder = OutputOf(value, site, state),
                Status = allocated.Value.Status is { } status && status.Equals(application.Case.Result) ? application.Result : null,
                IsDoubtful = allocated.Value.IsDoubtful || (allocated.Value.Status is { } other && !other.Equals(application.Case.Result)),
                Order = allocated.Value.Order is { } order && IsLasting(order) ? application.Translate(order) : null,
                OrderText = (allocated.Value.Order as ConstantValue)?.ToString(),
                Pool = allocated.Value.Pool is { } pool && IsLasting(pool) ? application.Translate(pool) : null,
            });
        }

        return state with { Domain = lifetime };
    }

    // What came in the result, or through the address of a local, is for the caller to release.
    private static Custody CustodyAtCaller(Custody atCallee, Value value, CallSite site, PathState state)
    {
        var holders = state.Cells.Where(cell => Holds(cell.Value, value)).ToList();
        return atCallee switch
        {
            Custody.Returned when holders.Count == 0 => Custody.Own,
            Custody.Stored or Custody.Returned when holders.Count > 0 && holders.TrueForAll(cell => cell.Key is VariableAddress || IsInOutput(cell.Key, site)) => Custody.Own,
            Custody.None => Custody.None,
            _ => Custody.Stored,
        };
    }

    // In a local struct that the callee has filled. One that it has only changed has kept memory of its own before.
    private static bool IsInOutput(Value address, CallSite site) => VariableOf(address) is not null
        && site.Call.Arguments.Any(argument => argument.Parameter is { RefKind: RefKind.Out } && IsWithin(address, site.ValueOf(argument)));

    // The variable that receives the memory through its address, as it is written; empty: none.
    private static string OutputOf(Value value, CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments.Where(argument => argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref }))
        {
            if (value.Equals(state.Cells.Find(site.ValueOf(argument))))
                return TextOf(argument.Operation.Syntax);

            foreach (var cell in state.Cells)
            {
                if (cell.Key is FieldAddress { Target: { } target, Field.Name: var field } && target.Equals(site.ValueOf(argument)) && value.Equals(cell.Value))
                    return TextOf(argument.Operation.Syntax) + "." + field;
            }
        }

        return "";
    }

    private static string TextOf(SyntaxNode argument) => argument is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable }
        ? variable.Identifier.ValueText
        : argument.ToString();

    private static Memory AtCaller(Memory memory, CallSite site) => new(site.Syntax, site.Method!)
    {
        Family = memory.Family,
        IsOfPlatform = memory.IsOfPlatform,
        FailureValue = memory.FailureValue,
        FailureLiteral = memory.FailureLiteral,
        IsDoubtful = memory.IsDoubtful,
        Allocator = memory.Allocator,
        Way = memory.Way.Insert(0, memory.Site),
    };

    private static Memory? ReturnedMemory(SummaryApplication application) =>
        application.Case.Result is { } result ? ((LifetimeEffect)application.Case.Effect).Allocated.Find(result) : null;

    // Null in place of memory is memory whose allocation failed.
    private static CallOutcome FailAs(Memory? returned, CallSite site, CallOutcome outcome)
    {
        if (returned is not { FailureValue: 0 } || outcome.Result is not ConstantValue { Bits: 0 }
            || outcome.State.Restrict(site.Result, Signs.Zero) is not { } failed)
            return outcome;

        return new CallOutcome(failed with { Domain = Of(failed).With(site.Result, AtCaller(returned, site)) }, site.Result);
    }

    /// <summary>The argument that leads to a value of the callee's.</summary>
    private static CallArgument? ArgumentBehind(Value value, CallSite site) => site.Call.Arguments.FirstOrDefault(argument =>
        argument.Parameter is { } parameter && value.Mentions(new VariableAddress(parameter.OriginalDefinition)));

    // Where a report about it stands: at the argument, or at the call for what it reaches by itself; null where the contract speaks of it.
    private static IOperation? ArgumentOf(Value value, CallSite site)
    {
        if (ArgumentBehind(value, site) is { } argument)
            return site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory ? null : argument.Operation;

        return site.Contract.This.SaysMemory ? null : site.Call.Operation;
    }
}
