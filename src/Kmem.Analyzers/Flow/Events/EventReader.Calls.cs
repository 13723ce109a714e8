using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <content>Calls of every form.</content>
internal sealed partial class EventReader
{
    private int ReadCall(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation getter when FieldRead.Of(getter.TargetMethod) is { } field:
                return Load(getter, ReadGetter(getter, field));
            case IInvocationOperation invocation:
                var (instance, method) = TargetOf(invocation);
                var receiver = ReadReceiver(instance, isDelegate: method.MethodKind == MethodKind.DelegateInvoke);
                return AddCall(invocation, method, receiver, ReadArguments(invocation.Arguments), CallNode(invocation));
            case IObjectCreationOperation creation:
                return AddCall(creation, creation.Constructor, FlowEvent.NoTemporary, ReadArguments(creation.Arguments), creation.Syntax);
            case IFunctionPointerInvocationOperation pointer:
                ReadValue(pointer.Target);
                return AddCall(pointer, null, FlowEvent.NoTemporary, ReadArguments(pointer.Arguments), pointer.Syntax);
            default:
                return ReadOther(operation);
        }
    }

    // What a method gives that only reads a field is what a reader of the field gets.
    private int ReadGetter(IInvocationOperation getter, IFieldSymbol field)
    {
        if (getter.Arguments.IsEmpty)
            return ReadField(getter, field, field.IsStatic ? null : getter.Instance);

        var owner = getter.Arguments[0].Value;
        var pointer = ReadValue(owner);
        _events.Add(new DereferenceEvent(owner, pointer));
        return Add(new FieldEvent(getter, Next(), pointer, field));
    }

    // What `using` and `foreach` call through an interface is known where the type of the object is.
    private static (IOperation? Instance, IMethodSymbol Method) TargetOf(IInvocationOperation invocation)
    {
        if (invocation.TargetMethod.ContainingType?.TypeKind != TypeKind.Interface)
            return (invocation.Instance, invocation.TargetMethod);

        // A struct is not converted: it is called in its place.
        var called = invocation.Instance is IConversionOperation { IsImplicit: true, Operand: var operand } ? operand : invocation.Instance;
        return called?.Type is { TypeKind: TypeKind.Class or TypeKind.Struct } type && type.FindImplementationForInterfaceMember(invocation.TargetMethod) is IMethodSymbol implementation
            ? (called, implementation)
            : (invocation.Instance, invocation.TargetMethod);
    }

    private int ReadReceiver(IOperation? instance, bool isDelegate = false)
    {
        if (instance is null)
            return FlowEvent.NoTemporary;

        var isPlace = instance.Type is { IsReferenceType: false } && IsPlace(instance);
        var receiver = isPlace ? ReadAddress(instance) : ReadValue(instance);
        if (!isPlace && !isDelegate && instance is not IInstanceReferenceOperation && instance.Type is not { IsValueType: true })
            _events.Add(new DereferenceEvent(instance, receiver));
        return receiver;
    }

    private ImmutableArray<CallArgument> ReadArguments(ImmutableArray<IArgumentOperation> arguments)
    {
        var read = ImmutableArray.CreateBuilder<CallArgument>(arguments.Length);
        foreach (var argument in arguments)
        {
            var isByReference = argument.Parameter is { RefKind: not RefKind.None } && (IsPlace(argument.Value) || argument.Value is IDeclarationExpressionOperation);
            var temporary = isByReference ? ReadAddress(argument.Value) : ReadValue(argument.Value);
            read.Add(new CallArgument(argument.Parameter, temporary, argument.Value));
        }

        return read.ToImmutable();
    }

    private int ReadPropertyGet(IPropertyReferenceOperation property)
    {
        if (property.Instance is { } instance && IsMeasure(property.Property))
        {
            var measured = instance.Type is { IsValueType: true } ? ReadValue(instance) : ReadReceiver(instance);
            return property.Property.Name == "HasValue" ? ReadPresence(property, measured) : Compute(property, Operator.Measure, measured, Constant(property, ConstantValue.Of(property.Property.Name)));
        }

        return ReadPropertyGet(property, ReadOwner(property));
    }

    private int ReadPropertyGet(IPropertyReferenceOperation property, PropertyOwner owner) =>
        AddCall(property, property.Property.GetMethod, owner.Receiver, owner.Arguments, property.Syntax);

    // What never changes while the array, text or value stays the same.
    private static bool IsMeasure(IPropertySymbol property) => property.Name switch
    {
        "Length" => property.ContainingType.SpecialType is SpecialType.System_Array or SpecialType.System_String,
        "HasValue" => property.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T,
        _ => false,
    };

    private int ReadPropertySet(IPropertyReferenceOperation property, PropertyOwner owner, int value, IOperation assigned)
    {
        if (property.Property.ReturnsByRef)
        {
            _events.Add(new StoreEvent(property, ReadPropertyGet(property, owner), value));
            return value;
        }

        var setter = property.Property.SetMethod;
        AddCall(property, setter, owner.Receiver, owner.Arguments.Add(new CallArgument(setter?.Parameters.LastOrDefault(), value, assigned)), property.Syntax);
        return value;
    }

    // Who reads and writes a property in one expression names its owner once.
    private PropertyOwner ReadOwner(IPropertyReferenceOperation property) => new(ReadReceiver(property.Instance), ReadArguments(property.Arguments));

    /// <param name="operands">What each operand gives; an operator that works in place is called on the first.</param>
    private int ReadOperator(IOperation operation, IMethodSymbol method, params (int Temporary, IOperation Operand)[] operands)
    {
        var passed = method.IsStatic ? operands : operands.Skip(1);
        var arguments = passed.Select((operand, i) => new CallArgument(method.Parameters.ElementAtOrDefault(i), operand.Temporary, operand.Operand));
        return AddCall(operation, method, method.IsStatic ? FlowEvent.NoTemporary : operands[0].Temporary, arguments.ToImmutableArray(), operation.Syntax);
    }

    private static IMethodSymbol? UserDefined(IMethodSymbol? method) =>
        method is { MethodKind: MethodKind.UserDefinedOperator } && !IsPointerConversion(method) ? method : null;

    private int ReadEventChange(IEventAssignmentOperation assignment, IEventReferenceOperation changed)
    {
        var receiver = ReadReceiver(changed.Instance);
        var handler = ReadValue(assignment.HandlerValue);
        _events.Add(new EscapeEvent(assignment.HandlerValue, handler));
        var accessor = assignment.Adds ? changed.Event.AddMethod : changed.Event.RemoveMethod;
        return AddCall(assignment, accessor, receiver, ImmutableArray.Create(new CallArgument(accessor?.Parameters.LastOrDefault(), handler, assignment.HandlerValue)), assignment.Syntax);
    }

    private int AddCall(
        IOperation operation, IMethodSymbol? method, int receiver, ImmutableArray<CallArgument> arguments, SyntaxNodeOrToken node)
    {
        var result = Next();
        return Add(new CallEvent(operation, result, method, receiver, arguments, node)
        {
            IsExact = method is not null && IsExactCall(operation, method),
            IsEnumerated = operation.Syntax.Parent is CommonForEachStatementSyntax loop && loop.Expression == operation.Syntax,
        });
    }

    private static bool IsExactCall(IOperation operation, IMethodSymbol method)
    {
        if (method.IsAbstract || method.MethodKind == MethodKind.DelegateInvoke)
            return false;
        if (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType?.IsSealed == true)
            return true;

        return operation is IInvocationOperation { IsVirtual: false };
    }

    // In code that is checked for nulls the compiler's graph does not know how a System.Threading.Lock is entered: all it has is the lock itself.
    private void ReadLockEntrance(LockStatementSyntax statement, IInvalidOperation entrance)
    {
        var entered = entrance.ChildOperations.First();
        var enter = entered.Type?.GetMembers("EnterScope").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty);
        AddCall(entrance, enter, ReadReceiver(entered), ImmutableArray<CallArgument>.Empty, statement.LockKeyword);
    }

    /// <summary>A lowered <c>lock</c> is underlined at its keyword, everything else as it is written.</summary>
    private static SyntaxNodeOrToken CallNode(IInvocationOperation invocation)
    {
        if (invocation.IsImplicit && invocation.Syntax.FirstAncestorOrSelf<LockStatementSyntax>() is { } statement
            && statement.Expression.Span.Contains(invocation.Syntax.Span))
            return statement.LockKeyword;

        return invocation.Syntax;
    }

    private int ReadPattern(IPatternOperation pattern, int value)
    {
        switch (pattern)
        {
            case IConstantPatternOperation constant:
                return Compute(pattern, Operator.Equal, value, ReadValue(constant.Value));
            case INegatedPatternOperation negated:
                return Compute(pattern, Operator.Not, ReadPattern(negated.Pattern, value));
            case IRelationalPatternOperation relational:
                return ReadRelational(relational, value);
            case IDiscardPatternOperation:
                return Constant(pattern, ConstantValue.True);
            case IDeclarationPatternOperation { MatchesNull: true } declaration:
                Declare(declaration.DeclaredSymbol, declaration, value);
                return Constant(pattern, ConstantValue.True);
            case IDeclarationPatternOperation declaration:
                Declare(declaration.DeclaredSymbol, declaration, value);
                return ReadTypeTest(pattern, value, declaration.InputType, declaration.MatchedType);
            case IRecursivePatternOperation recursive:
                Declare(recursive.DeclaredSymbol, recursive, value);
                DeclareParts(recursive);
                return Matches(pattern, value);
            case ITypePatternOperation type:
                return ReadTypeTest(pattern, value, type.InputType, type.MatchedType);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And, RightPattern: IDeclarationPatternOperation { MatchesNull: true } named } both:
                ReadPattern(named, value);
                return ReadPattern(both.LeftPattern, value);
            case IBinaryPatternOperation both:
                var kind = both.OperatorKind == BinaryOperatorKind.Or ? Operator.Or : Operator.And;
                return Compute(pattern, kind, ReadPattern(both.LeftPattern, value), ReadPattern(both.RightPattern, value));
            default:
                DeclareParts(pattern);
                return Unknown(pattern, isNotNull: false);
        }
    }

    // Whether a value is of the type that it is declared with asks whether it is there at all.
    private int ReadTypeTest(IOperation test, int value, ITypeSymbol? declared, ITypeSymbol? type) => (declared, type) switch
    {
        ({ IsReferenceType: true }, _) when SymbolEqualityComparer.Default.Equals(declared, type) => ReadPresence(test, value),
        (INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: var inner }, _) when SymbolEqualityComparer.Default.Equals(inner[0], type) =>
            ReadPresence(test, value),
        ({ IsValueType: true }, _) when SymbolEqualityComparer.Default.Equals(declared, type) => Constant(test, ConstantValue.True),
        _ => Compute(test, Operator.Matches, value, TypeOf(test, type)),
    };

    private int ReadPresence(IOperation test, int value) =>
        Compute(test, Operator.Not, Compute(test, Operator.Equal, value, Constant(test, ConstantValue.Null)));

    // The same type is the same question, however it is asked.
    private int TypeOf(IOperation test, ITypeSymbol? type) =>
        type is null or ITypeParameterSymbol or IErrorTypeSymbol ? Unknown(test, isNotNull: false) : Constant(test, ConstantValue.Of(type.ToDisplayString()));

    // `p is { }` and `p is T` say that p is not null exactly if they match everything else about it.
    private int Matches(IPatternOperation pattern, int value) =>
        pattern is IRecursivePatternOperation { DeconstructionSubpatterns.Length: 0, PropertySubpatterns.Length: 0 } recursive
            ? ReadTypeTest(pattern, value, recursive.InputType, recursive.MatchedType)
            : Compute(pattern, Operator.Matches, value, Unknown(pattern, isNotNull: false));

    private int ReadRelational(IRelationalPatternOperation relational, int value)
    {
        var bound = ReadValue(relational.Value);
        return relational.OperatorKind switch
        {
            BinaryOperatorKind.LessThan => Compute(relational, Operator.Less, value, bound),
            BinaryOperatorKind.LessThanOrEqual => Compute(relational, Operator.Not, Compute(relational, Operator.Less, bound, value)),
            BinaryOperatorKind.GreaterThan => Compute(relational, Operator.Less, bound, value),
            _ => Compute(relational, Operator.Not, Compute(relational, Operator.Less, value, bound)),
        };
    }

    private void DeclareParts(IOperation pattern)
    {
        foreach (var part in pattern.Descendants())
        {
            if (part is IDeclarationPatternOperation { DeclaredSymbol: { } symbol })
                Declare(symbol, part, Unknown(part, isNotNull: false));
        }
    }

    private void Declare(ISymbol? variable, IOperation operation, int value)
    {
        if (variable is null)
            return;

        var address = Add(new VariableEvent(operation, Next(), _places.AddressOf(variable)));
        _events.Add(new StoreEvent(operation, address, value));
    }

    /// <summary>The object and the indices of a property that is read or written.</summary>
    private readonly record struct PropertyOwner(int Receiver, ImmutableArray<CallArgument> Arguments);
}
