using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What a call releases: as its contract and its arguments say.</summary>
internal static class Releases
{
    public static ReleaseContract AnyFamily { get; } = new(ImmutableArray<string>.Empty, Outcome.Always);

    /// <summary>The outcome on which a release or a change of owner depends; null: there is none that does.</summary>
    public static Outcome? ConditionOf(MethodContract contract)
    {
        foreach (var parameter in contract.Parameters)
        {
            if ((parameter.Frees?.When ?? parameter.TakesOwnership) is { } when and not Outcome.Always)
                return when;
        }

        return null;
    }

    public static Outcome? Opposite(Outcome outcome) => outcome switch
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

    public static ReleaseCall CallOf(ReleaseContract contract, IOperation argument, ITypeSymbol? type, CallSite site, PathState state)
    {
        var order = site.Contract.FindParameter(parameter => parameter.IsPageOrder);
        var pool = site.Contract.FindParameter(parameter => parameter.IsPool);
        return new ReleaseCall(contract, site.Method!, argument, site.Syntax)
        {
            Order = OrderOf(site, state),
            OrderArgument = order < 0 ? null : site.FindArgument(order)?.Operation,
            Pool = PoolOf(site),
            PoolArgument = pool < 0 ? site.Contract.This.IsPool ? ReceiverOperation(site) : null : site.FindArgument(pool)?.Operation,
            IsUntyped = type is IPointerTypeSymbol { PointedAtType.SpecialType: SpecialType.System_Void } or { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr },
        };
    }

    public static Value? OrderOf(CallSite site, PathState state) => site.Contract.FindParameter(parameter => parameter.IsPageOrder) is var order and >= 0
        ? site.FindArgument(order) is { } argument ? Moved(argument.Operation, state) ?? site.ValueOf(argument) : null
        : site.Contract.PageOrder is { } always ? ConstantValue.Of((long)always) : null;

    // `order + 1`, where the order is what the caller passed: what is computed of other numbers has no lasting name.
    private static OperatorValue? Moved(IOperation order, PathState state)
    {
        while (order is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            order = order.ChildOperations.First();

        return order is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, OperatorMethod: null } sum
            && sum.RightOperand.ConstantValue is { HasValue: true, Value: { } number } && ConstantValue.Of(number).Bits is { } distance
            && VariableOf(sum.LeftOperand) is { } variable && state.Load(new VariableAddress(variable)) is EntryValue start
                ? new OperatorValue(Operator.Offset, start, ConstantValue.Of(sum.OperatorKind == BinaryOperatorKind.Add ? distance : -distance))
                : null;
    }

    private static ISymbol? VariableOf(IOperation operand) => operand switch
    {
        IConversionOperation { OperatorMethod: null } conversion => VariableOf(conversion.Operand),
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } => parameter,
        ILocalReferenceOperation { Local: { IsRef: false } local } => local,
        _ => null,
    };

    public static Value? PoolOf(CallSite site) => site.Contract.FindParameter(parameter => parameter.IsPool) is var pool and >= 0
        ? site.Argument(pool)
        : site.Contract.This.IsPool ? site.Receiver : null;

    /// <summary>What a handle's own member is called on: the value of the struct, not its place.</summary>
    public static Value? Handle(CallSite site, PathState state) =>
        site.Receiver is { } receiver && site.Method is { ContainingType.IsValueType: true } && receiver is VariableAddress or FieldAddress or ElementAddress or EntryValue
            ? state.Load(receiver)
            : site.Receiver;

    public static IOperation ReceiverOperation(CallSite site) => site.Call.Operation switch
    {
        IInvocationOperation { Instance: { } instance } => instance,
        IPropertyReferenceOperation { Instance: { } instance } => instance,
        var operation => operation,
    };

    /// <summary>A handle that is asked whether it is still one, and released if so, is never released twice.</summary>
    public static bool IsGuarded(CallSite site)
    {
        var receiver = ReceiverOperation(site).Syntax.ToString();
        return site.Syntax.Ancestors().TakeWhile(node => node is not MemberDeclarationSyntax).OfType<IfStatementSyntax>()
            .Any(check => check.Condition.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().Any(access => access.Expression.ToString() == receiver));
    }

    /// <summary>Only a function whose own contract releases without a condition: what a condition or a body says of its results is known better.</summary>
    public static Signs FailureSigns(ReleaseCall release) => release switch
    {
        { IsDirect: false } or { Contract.When: not Outcome.Always } => Signs.None,
        { Function.ReturnType.SpecialType: SpecialType.System_Int32 } => Signs.NonZero,
        { Function.ReturnType.SpecialType: SpecialType.System_Boolean } => Signs.Zero,
        _ => Signs.None,
    };

    /// <summary>A release that gives back a status, and was found to have failed, has released nothing for certain.</summary>
    public static bool HasReportedFailure(Ending ending, PathState state) => ending.FailureSigns != Signs.None
        && state.Facts.Find(new SiteValue(ending.Site)) is { } fact && (fact.Signs & ~ending.FailureSigns) == 0;

    /// <summary>Two values that are known for what they are, and are not the same: constants, what the caller passed, what was made here.</summary>
    public static bool Differ(Value? first, Value? second, PathState state)
    {
        if (first is null || second is null || first.Equals(second))
            return false;

        var truth = state.TruthOf(new OperatorValue(Operator.Equal, first, second)) ?? state.TruthOf(new OperatorValue(Operator.Equal, second, first));
        return truth switch
        {
            true => false,
            false => true,
            null when DistanceFrom(first, second) is { } distance => distance != 0,
            null => IsDistinct(first, state) && IsDistinct(second, state),
        };
    }

    // How far two numbers are apart that are computed of the same one; null: of different ones.
    private static long? DistanceFrom(Value first, Value second)
    {
        var (start, above) = Parts(first);
        var (otherStart, otherAbove) = Parts(second);
        return start is EntryValue && start.Equals(otherStart) ? above - otherAbove : null;
    }

    private static (Value Start, long Above) Parts(Value value) =>
        value is OperatorValue { Kind: Operator.Offset, Left: var start, Right: ConstantValue { Bits: { } above } } ? (start, above) : (value, 0);

    private static bool IsDistinct(Value value, PathState state) =>
        value is ConstantValue or EntryValue && Pointers.IsLasting(value) && state.Facts.Find(value)?.IsUncertain != true
        || LifetimeState.Of(state).Objects.Find(value) is not null;
}
