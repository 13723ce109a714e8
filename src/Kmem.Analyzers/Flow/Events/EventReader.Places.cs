using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <content>Places: what has an address, and what is written to it.</content>
internal sealed partial class EventReader
{
    private bool IsPlace(IOperation operation) => operation switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation => true,
        IPropertyReferenceOperation property => IsFieldLike(property.Property),
        IFlowCaptureReferenceOperation reference => _places.HoldsAddress(_places.IdOf(reference.Id)),
        IInstanceReferenceOperation => true,
        IDeclarationExpressionOperation declaration => IsPlace(declaration.Expression),
        IParenthesizedOperation parenthesized => IsPlace(parenthesized.Operand),
        _ => PointerSyntax.IsIndirection(operation) || PointerSyntax.IsElement(operation),
    };

    /// <summary>Reads a place for its address; what is no place gives an address of its own.</summary>
    private int ReadAddress(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Add(new VariableEvent(operation, Next(), _places.AddressOf(local.Local)));
            case IParameterReferenceOperation { Parameter: var kept } when _places.IsKept(kept):
                return Add(new FieldEvent(operation, Next(), Add(new ThisEvent(operation, Next())), kept));
            case IParameterReferenceOperation parameter:
                return Add(new VariableEvent(operation, Next(), _places.AddressOf(parameter.Parameter)));
            case IInstanceReferenceOperation:
                return Add(new ThisEvent(operation, Next()));
            case IDeclarationExpressionOperation declaration:
                return ReadAddress(declaration.Expression);
            case IParenthesizedOperation parenthesized:
                return ReadAddress(parenthesized.Operand);
            case IConversionOperation { IsImplicit: true } conversion when IsPlace(conversion.Operand):
                return ReadAddress(conversion.Operand);
            case IFieldReferenceOperation { Field.RefKind: not RefKind.None } reference:
                return Load(reference, ReadField(reference, reference.Field, reference.Instance));
            case IFieldReferenceOperation field:
                return ReadField(field, field.Field, field.Field.IsStatic ? null : field.Instance);
            case IPropertyReferenceOperation property when PropertyPlace.Of(property.Property) is { } field:
                return ReadField(property, field, property.Property.IsStatic ? null : property.Instance);
            case IFlowCaptureReferenceOperation reference when _places.HoldsAddress(_places.IdOf(reference.Id)):
                return Load(reference, Capture(reference));
            case IArrayElementReferenceOperation element:
                return ReadElement(operation, element.ArrayReference, element.Indices.Length == 1 ? element.Indices[0] : null);
            case var _ when PointerSyntax.IsIndirection(operation):
                return ReadIndirection(operation);
            case var _ when PointerSyntax.IsElement(operation):
                return ReadElement(operation, operation.ChildOperations.First(), operation.ChildOperations.Last());
            default:
                return ReadValue(operation);
        }
    }

    private int ReadIndirection(IOperation operation)
    {
        var pointer = ReadValue(operation.ChildOperations.First());
        _events.Add(new DereferenceEvent(operation.ChildOperations.First(), pointer));
        return pointer;
    }

    private int ReadElement(IOperation operation, IOperation target, IOperation? index)
    {
        var pointer = ReadValue(target);
        var position = index is null ? Unknown(operation, isNotNull: false) : ReadValue(index);
        _events.Add(new DereferenceEvent(target, pointer));
        return Add(new ElementEvent(operation, Next(), pointer, position));
    }

    private int ReadField(IOperation operation, ISymbol field, IOperation? instance)
    {
        if (instance is null)
            return Add(new FieldEvent(operation, Next(), FlowEvent.NoTemporary, field));

        int target;
        if (instance.Type is { IsReferenceType: true })
        {
            target = ReadValue(instance);
            if (instance is not IInstanceReferenceOperation)
                _events.Add(new DereferenceEvent(instance, target));
        }
        else
        {
            target = ReadAddress(instance);
        }

        return Add(new FieldEvent(operation, Next(), target, field));
    }

    private int ReadAssignment(IOperation operation)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation { IsRef: true, Target: ILocalReferenceOperation local } binding:
                return Bind(binding, local.Local, binding.Value);
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local.IsRef: true, IsDeclaration: true } local } binding:
                return Bind(binding, local.Local, binding.Value);
            case ISimpleAssignmentOperation { IsRef: true, Target: IFieldReferenceOperation { Field: { RefKind: not RefKind.None } field } target } binding:
                return ReadBinding(binding, ReadField(target, field, target.Instance));
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment when !IsFieldLike(property.Property):
                var owner = ReadOwner(property);
                return ReadPropertySet(property, owner, ReadValue(assignment.Value), assignment.Value);
            case ISimpleAssignmentOperation { Target: IDiscardOperation } assignment:
                return ReadValue(assignment.Value);
            case ISimpleAssignmentOperation assignment:
                return ReadStore(assignment, assignment.Target, assignment.Value);
            case ICompoundAssignmentOperation compound:
                return ReadCompound(compound);
            case IIncrementOrDecrementOperation step:
                return ReadStep(step);
            case IDeconstructionAssignmentOperation { Target: var target, Value: var value } when TupleOf(target) is { } targets:
                return ReadDeconstruction(operation, targets, value);
            default:
                return ReadOther(operation);
        }
    }

    private int Bind(ISimpleAssignmentOperation binding, ILocalSymbol local, IOperation place)
    {
        var address = ReadAddress(place);
        _events.Add(new BindEvent(binding, local, address));
        return address;
    }

    // A field that refers to a place holds its address.
    private int ReadBinding(ISimpleAssignmentOperation binding, int holder)
    {
        var address = ReadAddress(binding.Value);
        _events.Add(new StoreEvent(binding, holder, address));
        return address;
    }

    private int ReadStore(IOperation operation, IOperation target, IOperation assigned)
    {
        var address = ReadAddress(target);
        var value = ReadValue(assigned);
        _events.Add(new StoreEvent(operation, address, value));
        return value;
    }

    private int ReadCompound(ICompoundAssignmentOperation compound)
    {
        if (compound.Target is IPropertyReferenceOperation property && !IsFieldLike(property.Property))
        {
            var owner = ReadOwner(property);
            var held = ReadPropertyGet(property, owner);
            var added = ReadValue(compound.Value);
            var sum = UserDefined(compound.OperatorMethod) is { } sums ? ReadOperator(compound, sums, (held, compound.Target), (added, compound.Value)) : added;
            return ReadPropertySet(property, owner, sum, compound.Value);
        }

        var address = ReadAddress(compound.Target);
        var old = Load(compound, address);
        var operand = ReadValue(compound.Value);
        var result = compound.OperatorKind switch
        {
            _ when UserDefined(compound.OperatorMethod) is { } method =>
                ReadOperator(compound, method, (method.IsStatic ? old : address, compound.Target), (operand, compound.Value)),
            BinaryOperatorKind.Or => Compute(compound, Operator.Or, old, operand),
            BinaryOperatorKind.And => Compute(compound, Operator.And, old, operand),
            BinaryOperatorKind.ExclusiveOr => Compute(compound, Operator.Xor, old, operand),
            BinaryOperatorKind.Add or BinaryOperatorKind.Subtract when Places.IsAddress(compound.Target.Type) =>
                Offset(compound, compound.OperatorKind, old, operand),
            _ => Arithmetic(compound, compound.OperatorKind, old, operand),
        };
        _events.Add(new StoreEvent(compound, address, result));
        return result;
    }

    private int ReadStep(IIncrementOrDecrementOperation step)
    {
        if (step.Target is IPropertyReferenceOperation property && !IsFieldLike(property.Property))
        {
            var owner = ReadOwner(property);
            var held = ReadPropertyGet(property, owner);
            var next = ReadNext(step, held);
            ReadPropertySet(property, owner, next, step);
            return step.IsPostfix ? held : next;
        }

        var address = ReadAddress(step.Target);
        var old = Load(step, address);
        var result = ReadNext(step, step.OperatorMethod is { IsStatic: false } ? address : old);
        _events.Add(new StoreEvent(step, address, result));
        return step.IsPostfix ? old : result;
    }

    private int ReadNext(IIncrementOrDecrementOperation step, int held)
    {
        if (UserDefined(step.OperatorMethod) is { } method)
            return ReadOperator(step, method, (held, step.Target));

        var one = Constant(step, ConstantValue.Of(step.Kind == OperationKind.Increment ? 1L : -1L));
        return Compute(step, Operator.Offset, held, one);
    }

    private int ReadDeconstruction(IOperation operation, ITupleOperation targets, IOperation value)
    {
        if (TupleOf(value) is { } tuple && tuple.Elements.Length == targets.Elements.Length)
        {
            var values = tuple.Elements.Select(ReadValue).ToArray();
            for (var i = 0; i < values.Length; i++)
                StoreInto(operation, targets.Elements[i], values[i]);
        }
        else
        {
            var whole = ReadValue(value);
            _events.Add(new EscapeEvent(value, whole));
            foreach (var target in targets.Elements)
                StoreInto(operation, target, Unknown(target, isNotNull: false));
        }

        return Unknown(operation, isNotNull: true);
    }

    /// <summary>The tuple that is written as such: <c>(a, b)</c>, <c>var (a, b)</c>.</summary>
    public static ITupleOperation? TupleOf(IOperation operation) => operation switch
    {
        ITupleOperation tuple => tuple,
        IConversionOperation conversion => TupleOf(conversion.Operand),
        IDeclarationExpressionOperation declaration => TupleOf(declaration.Expression),
        _ => null,
    };

    private void StoreInto(IOperation operation, IOperation target, int value)
    {
        if (IsPlace(target))
            _events.Add(new StoreEvent(operation, ReadAddress(target), value));
        else if (target is IPropertyReferenceOperation property)
            ReadPropertySet(property, ReadOwner(property), value, target);
    }

    /// <summary>A property that is read, and written if it can be, as a field is.</summary>
    private static bool IsFieldLike(IPropertySymbol property) => PropertyPlace.Of(property) is not null;
}
