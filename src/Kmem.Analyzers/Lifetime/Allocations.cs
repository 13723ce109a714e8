using System.Globalization;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Memory that a call gives, by the callee's contract or as its body left it.</summary>
internal static class Allocations
{
    public static PathState Allocate(AllocationContract contract, CallSite site, Value value, ITypeSymbol type, PathState state, Value? status = null)
    {
        var memory = Memory.Of(contract, site.Syntax, site.Method!) with
        {
            Custody = IsCollected(type) ? Custody.None : IsStored(value, site, state) ? Custody.Stored : Custody.Own,
            IsOfPlatform = !IsCollected(type) && FileContracts.IsOfPlatform(contract.Family),
            Holder = OutputOf(value, site, state),
            Status = status,
            Order = Releases.OrderOf(site, state),
            OrderText = site.FindArgument(site.Contract.FindParameter(parameter => parameter.IsPageOrder))?.Operation.Syntax.ToString() ?? site.Contract.PageOrder?.ToString(CultureInfo.InvariantCulture),
            Pool = Releases.PoolOf(site),
            PoolText = site.FindArgument(site.Contract.FindParameter(parameter => parameter.IsPool))?.Operation.Syntax.ToString()
                ?? (site.Contract.This.IsPool ? Releases.ReceiverOperation(site).Syntax.ToString() : null),
        };
        var tracked = state with { Domain = LifetimeState.Of(state).Add(value, memory) };
        return IsNeverNull(contract, site, state) ? tracked.Restrict(value, Signs.NonZero) ?? tracked : tracked;
    }

    /// <summary>References that may be null are the compiler's own business.</summary>
    public static PathState ReturnMaybeNull(CallSite site, PathState state) =>
        site.Contract.ReturnsMaybeNull && site.Method!.ReturnType is IPointerTypeSymbol && !IsThere(DerivedResult(site), state)
            ? state with { Domain = LifetimeState.Of(state).Add(DerivedResult(site) ?? site.Result, new Memory(site.Syntax, site.Method)) }
            : state;

    // The address of a page that was allocated for use through it, or of one of which a function has said that it is no high memory.
    private static bool IsThere(Value? derived, PathState state) => derived is OperatorValue { Kind: Operator.Derived, Left: var page }
        && (LifetimeState.Of(state).Objects.Find(page) is not null
            || state.Facts.Any(page, static (fact, asked) => fact is { Key: OperatorValue { Kind: Operator.Answer } answer, Value.Signs: Signs.Zero } && answer.Left.Equals(asked)));

    /// <summary>Another name of what was passed; null where the result is something of its own.</summary>
    public static Value? DerivedResult(CallSite site) =>
        site.Contract.FindParameter(parameter => parameter.IsDerivedFrom) is var source and >= 0 && site.Argument(source) is { } argument
            ? Reasoning.Apply(Operator.Derived, Pointers.Root(argument), site.Result)
            : null;

    /// <summary>Memory of another family could never be resized: that is reported.</summary>
    public static PathState FailToResize(Value old, AllocationContract contract, CallSite site, PathState state)
    {
        var lifetime = LifetimeState.Of(state);
        return lifetime.Objects.Find(site.Result) is not { } result || (lifetime.Objects.Find(old) is { } memory && memory.Family != contract.Family)
            ? state
            : state with { Domain = lifetime.With(site.Result, result with { ResizedFrom = old }) };
    }

    /// <summary>What the callee allocated and left behind is the caller's now.</summary>
    public static PathState TakeOver(LifetimeEffect effect, SummaryApplication application, CallSite site, PathState state)
    {
        var lifetime = LifetimeState.Of(state);
        foreach (var allocated in effect.Allocated)
        {
            var value = application.Translate(allocated.Key);
            if (allocated.Value.Family.Length == 0 && IsThere(value, state))
                continue;

            lifetime = lifetime.Add(value, AtCaller(allocated.Value, site) with
            {
                Custody = CustodyAtCaller(allocated.Value.Custody, value, site, state),
                Holder = OutputOf(value, site, state),
                Status = StatusAtCaller(allocated.Value, application),
                IsDoubtful = allocated.Value.IsDoubtful || (allocated.Value.Status is not null && StatusAtCaller(allocated.Value, application) is null),
                Order = allocated.Value.Order is { } order && Pointers.IsLasting(order) ? application.Translate(order) : null,
                OrderText = (allocated.Value.Order as ConstantValue)?.ToString(),
                Pool = allocated.Value.Pool is { } pool && Pointers.IsLasting(pool) ? application.Translate(pool) : null,
            });
        }

        return state with { Domain = lifetime };
    }

    public static ITypeSymbol ResultType(CallSite site) =>
        site.Method!.MethodKind == MethodKind.Constructor ? site.Method.ContainingType : site.Method.ReturnType;

    public static Memory AtCaller(Memory memory, CallSite site) => new(site.Syntax, site.Method!)
    {
        Family = memory.Family,
        IsOfPlatform = memory.IsOfPlatform,
        FailureValue = memory.FailureValue,
        FailureLiteral = memory.FailureLiteral,
        IsDoubtful = memory.IsDoubtful,
        Allocator = memory.Allocator,
        Way = memory.Way.Insert(0, memory.Site),
    };

    // What nobody returns to its pool, the garbage collector takes.
    private static bool IsCollected(ITypeSymbol type) => type is IArrayTypeSymbol
        || (type.IsReferenceType && (type.SpecialType == SpecialType.System_IDisposable || type.AllInterfaces.Any(each => each.SpecialType == SpecialType.System_IDisposable)));

    private static bool IsNeverNull(AllocationContract contract, CallSite site, PathState state)
    {
        if (contract.NeverNull)
            return true;

        var ordinal = site.Contract.FindParameter(parameter => parameter.IsFlags);
        return site.FindArgument(ordinal) is { Parameter: { } parameter } argument
            && (IsSet("__GFP_NOFAIL") || (contract.NeverNullIfSleeping && IsSet("__GFP_WAIT")));

        bool IsSet(string name) => FlagBits.Find(parameter.Type, name) is { } bit && (state.BitsOf(site.ValueOf(argument)).Certain & bit) != 0;
    }

    // Through the address of a place that is no local's, it came where others find it.
    private static bool IsStored(Value value, CallSite site, PathState state) => !value.Equals(site.Result)
        && state.Cells.Any(value, static (cell, stored) => stored.Equals(cell.Value) && Pointers.VariableOf(cell.Key) is null);

    // What the callee says by its result of how it went, or by a comparison of that; null where it does not.
    private static Value? StatusAtCaller(Memory memory, SummaryApplication application) =>
        AllocationStatus.Success.Equals(memory.Status) ? memory.Status : memory.Status is { } status && application.Case.Result is { } result && (result.Equals(status) || (result is OperatorValue && result.Mentions(status)))
            ? application.Translate(status)
            : null;

    // What came in the result, or through the address of a local, is for the caller to release.
    private static Custody CustodyAtCaller(Custody atCallee, Value value, CallSite site, PathState state)
    {
        var holders = state.Cells.Where(cell => Pointers.Holds(cell.Value, value)).ToList();
        return atCallee switch
        {
            Custody.Returned when holders.Count == 0 => Custody.Own,
            Custody.Stored or Custody.Returned when holders.Count > 0 && holders.TrueForAll(cell => cell.Key is VariableAddress || IsInOutput(cell.Key, site)) => Custody.Own,
            Custody.None => Custody.None,
            _ => Custody.Stored,
        };
    }

    // The variable that receives the memory through its address, as it is written; empty: none.
    private static string OutputOf(Value value, CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (site.ValueOf(argument) is VariableAddress { Variable: var variable } address && value.Equals(state.Cells.Find(address)))
                return variable.Name;
        }

        foreach (var argument in site.Call.Arguments)
        {
            var place = site.ValueOf(argument);
            if (argument.Parameter is not { RefKind: RefKind.Out or RefKind.Ref } && Pointers.VariableOf(place) is null)
                continue;

            foreach (var cell in state.Cells)
            {
                if (value.Equals(cell.Value) && Pointers.IsWithin(cell.Key, place))
                    return TextOf(argument.Operation.Syntax) + FieldsBetween(place, cell.Key);
            }
        }

        return "";
    }

    private static string FieldsBetween(Value outer, Value address) => address is FieldAddress { Target: { } target, Field.Name: var field } && !address.Equals(outer)
        ? FieldsBetween(outer, target) + "." + field
        : "";

    // In a local struct that the callee has filled.
    private static bool IsInOutput(Value address, CallSite site) => Pointers.VariableOf(address) is not null
        && site.Call.Arguments.Any(argument => Pointers.IsWithin(address, site.ValueOf(argument)));

    private static string TextOf(SyntaxNode argument) => argument switch
    {
        DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } => variable.Identifier.ValueText,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression, Operand: var place } => place.ToString(),
        _ => argument.ToString(),
    };
}
