using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Graphs;

/// <summary>
/// How a body uses its variables: which of them conditions depend on, and more than once. It keeps the number of different
/// paths small: what is tested once is not worth telling two paths apart.
/// </summary>
internal sealed class VariableUse
{
    private readonly Dictionary<ISymbol, ISymbol> _groups = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, int> _tests = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _writtenElsewhere = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _captured = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _addresses = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _counted = new(SymbolEqualityComparer.Default);

    private VariableUse()
    {
    }

    public static VariableUse Of(IOperation body)
    {
        var use = new VariableUse();
        use.Visit(body, nesting: null);
        return use;
    }

    public bool IsTracked(ISymbol variable)
    {
        if (_writtenElsewhere.Contains(variable))
            return false;

        var type = variable switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        return type is null or IPointerTypeSymbol or IFunctionPointerTypeSymbol
            || type.IsReferenceType
            || type.TypeKind is TypeKind.Enum or TypeKind.Struct && type.SpecialType != SpecialType.System_Boolean && !Places.IsPlainNumber(type)
            || TestsOf(variable) > 0
            || _addresses.Contains(variable);
    }

    /// <summary>Whether a lambda or local function uses a variable of the code around it.</summary>
    public bool IsCaptured(ISymbol variable) => _captured.Contains(variable);

    /// <summary>Whether a condition is tested again, in other words or through another variable.</summary>
    /// <param name="places">Conditions that are split over blocks refer to parts of themselves by captures.</param>
    public bool IsCorrelated(IOperation condition, PlaceTable places)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsTestedAgain(condition))
            return true;
        if (condition is IFlowCaptureReferenceOperation reference)
        {
            foreach (var value in places.CapturedBy(reference.Id))
            {
                if (HoldsTestedAgain(value))
                    return true;
            }
        }

        foreach (var part in condition.ChildOperations)
        {
            if (IsCorrelated(part, places))
                return true;
        }

        return false;
    }

    private bool HoldsTestedAgain(IOperation value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsTestedAgain(value))
            return true;

        foreach (var part in value.ChildOperations)
        {
            if (HoldsTestedAgain(part))
                return true;
        }

        return false;
    }

    private bool IsTestedAgain(IOperation operation) => SymbolOf(operation) is { } symbol && TestsOf(symbol) > 1;

    private int TestsOf(ISymbol symbol) => _tests.TryGetValue(GroupOf(symbol), out var count) ? count : 0;

    private void Visit(IOperation operation, ISymbol? nesting)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var inner = operation switch
        {
            ILocalFunctionOperation function => function.Symbol,
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            _ => nesting,
        };
        Record(operation, inner);
        foreach (var child in operation.ChildOperations)
            Visit(child, inner);
    }

    private void Record(IOperation operation, ISymbol? nesting)
    {
        switch (operation)
        {
            case ILocalReferenceOperation or IParameterReferenceOperation when nesting is not null:
                RecordCapture(SymbolOf(operation)!, nesting);
                break;
            case IConditionalOperation conditional:
                Count(conditional.Condition);
                break;
            case IWhileLoopOperation { Condition: { } condition }:
                Count(condition);
                break;
            case IForLoopOperation { Condition: { } condition }:
                Count(condition);
                break;
            case ISwitchOperation choice:
                Count(choice.Value);
                break;
            case ISwitchExpressionOperation choice:
                Count(choice.Value);
                break;
            case ICoalesceOperation coalesce:
                Count(coalesce.Value);
                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } logic
                when !IsInCondition(logic):
                Count(logic);
                break;
            case IReturnOperation { ReturnedValue: { } value }:
                Count(value);
                break;
            case IArgumentOperation argument:
                RecordArgument(argument, nesting);
                break;
            case IVariableDeclaratorOperation { Initializer.Value: { } value } declarator:
                Unite(declarator.Symbol, value);
                RecordAddress(declarator.Symbol, value);
                break;
            case IDeconstructionAssignmentOperation deconstruction when EventReader.TupleOf(deconstruction.Target) is { } targets:
                var values = EventReader.TupleOf(deconstruction.Value)?.Elements ?? ImmutableArray.Create(deconstruction.Value);
                for (var i = 0; i < targets.Elements.Length; i++)
                    RecordAssignment(SymbolOf(targets.Elements[i]), values[i % values.Length], nesting);
                break;
            case IAssignmentOperation assignment:
                RecordAssignment(SymbolOf(assignment.Target), assignment.Value, nesting);
                break;
            case IIncrementOrDecrementOperation step:
                RecordWrite(SymbolOf(step.Target), nesting);
                break;
            case IAddressOfOperation addressOf:
                RecordWrite(SymbolOf(addressOf.Reference), nesting);
                break;
        }
    }

    // A callee may test what it is given, and give back what depends on it.
    private void RecordArgument(IArgumentOperation argument, ISymbol? nesting)
    {
        if (argument.Parameter is { RefKind: not RefKind.None })
            RecordWrite(SymbolOf(argument.Value), nesting);
        if (argument.Value.Type is { IsValueType: true } || argument.Value.Type is IPointerTypeSymbol)
            Count(argument.Value);
    }

    private void RecordAssignment(ISymbol? target, IOperation value, ISymbol? nesting)
    {
        if (target is null)
            return;

        Unite(target, value);
        RecordAddress(target, value);
        RecordWrite(target, nesting);
    }

    private void RecordCapture(ISymbol variable, ISymbol nesting)
    {
        if (!SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, nesting))
            _captured.Add(variable);
    }

    // A number that is made of an address is followed as one.
    private void RecordAddress(ISymbol variable, IOperation value)
    {
        if (value is IConversionOperation { Operand.Type: var type } && Places.IsAddress(type))
            _addresses.Add(variable);
    }

    private void RecordWrite(ISymbol? variable, ISymbol? nesting)
    {
        if (variable is not null and not IFieldSymbol && nesting is not null
            && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, nesting))
            _writtenElsewhere.Add(variable);
    }

    private void Count(IOperation condition)
    {
        _counted.Clear();
        CountVariables(condition);
    }

    private void CountVariables(IOperation operation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (SymbolOf(operation) is { } symbol && _counted.Add(symbol))
        {
            var group = GroupOf(symbol);
            _tests[group] = (_tests.TryGetValue(group, out var count) ? count : 0) + 1;
        }

        foreach (var part in operation.ChildOperations)
            CountVariables(part);
    }

    // What is computed of a variable tells of it.
    private void Unite(ISymbol target, IOperation value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (SymbolOf(value) is { } symbol)
            Unite(target, symbol);
        foreach (var part in value.ChildOperations)
            Unite(target, part);
    }

    private void Unite(ISymbol target, ISymbol source)
    {
        var first = GroupOf(target);
        var second = GroupOf(source);
        if (SymbolEqualityComparer.Default.Equals(first, second))
            return;

        _groups[second] = first;
        if (_tests.TryGetValue(second, out var count))
            _tests[first] = count + (_tests.TryGetValue(first, out var own) ? own : 0);
    }

    private ISymbol GroupOf(ISymbol symbol)
    {
        while (_groups.TryGetValue(symbol, out var parent))
            symbol = parent;
        return symbol;
    }

    private static bool IsInCondition(IOperation logic) =>
        logic.Parent is IConditionalOperation or ILoopOperation or IBinaryOperation or IUnaryOperation or IReturnOperation;

    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IDeclarationExpressionOperation declaration => SymbolOf(declaration.Expression),
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Field.HasConstantValue: false } field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };
}
