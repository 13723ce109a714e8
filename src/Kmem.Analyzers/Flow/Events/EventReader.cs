using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>
/// Turns the operations of a block into events. It alone knows the kinds of operation: flow captures, conversions, patterns,
/// lowered <c>lock</c> and <c>foreach</c>, and the pointer operations that the compiler leaves unnamed.
/// </summary>
internal sealed partial class EventReader
{
    // A list for every block would be of the right length at last, and thrown away.
    [ThreadStatic]
    private static List<FlowEvent>? s_events;

    private readonly PlaceTable _places;
    private readonly List<FlowEvent> _events = s_events ??= new List<FlowEvent>();
    private int _temporaries;

    private readonly bool _isRepeated;

    private EventReader(PlaceTable places, bool isRepeated)
    {
        _places = places;
        _isRepeated = isRepeated;
    }

    /// <param name="isRepeated">The block may be run several times.</param>
    public static BlockEvents Read(BasicBlock block, PlaceTable places, bool isRepeated)
    {
        var reader = new EventReader(places, isRepeated);
        try
        {
            return reader.Read(block);
        }
        finally
        {
            // What is left in it would keep the compilation alive for as long as the thread is.
            reader._events.Clear();
        }
    }

    private BlockEvents Read(BasicBlock block)
    {
        foreach (var operation in block.Operations)
            ReadStatement(operation);

        var condition = block.BranchValue is { } branchValue ? ReadBranchValue(block, branchValue) : FlowEvent.NoTemporary;
        return new BlockEvents(_events.ToImmutableArray(), _temporaries, condition, _events.Exists(static step => step is CallEvent));
    }

    private int ReadBranchValue(BasicBlock block, IOperation branchValue)
    {
        var value = branchValue.Syntax.Parent is RefExpressionSyntax && IsPlace(branchValue) ? ReadReference(branchValue) : ReadValue(branchValue);
        if (block.ConditionKind != ControlFlowConditionKind.None)
            return value;

        switch (block.FallThroughSuccessor?.Semantics)
        {
            case ControlFlowBranchSemantics.Return:
                _events.Add(new ReturnEvent(branchValue, value));
                break;
            case ControlFlowBranchSemantics.Throw:
                _events.Add(new ThrowEvent(branchValue, value));
                break;
        }

        return FlowEvent.NoTemporary;
    }

    // Who gets a reference to a place has what the place is in.
    private int ReadReference(IOperation place)
    {
        var address = ReadAddress(place);
        _events.Add(new EscapeEvent(place, address));
        return Load(place, address);
    }

    private void ReadStatement(IOperation operation)
    {
        switch (operation)
        {
            case IExpressionStatementOperation { Syntax: LockStatementSyntax entered, Operation: IInvalidOperation { ChildOperations.Count: 1 } entrance }:
                ReadLockEntrance(entered, entrance);
                break;
            case IExpressionStatementOperation statement:
                ReadValue(statement.Operation);
                break;
            case IFlowCaptureOperation capture:
                ReadCapture(capture);
                break;
            case IReturnOperation { Kind: OperationKind.YieldReturn } yield:
                _events.Add(new YieldEvent(yield, yield.ReturnedValue is null ? FlowEvent.NoTemporary : ReadValue(yield.ReturnedValue)));
                break;
            default:
                ReadValue(operation);
                break;
        }
    }

    private void ReadCapture(IFlowCaptureOperation capture)
    {
        var id = _places.IdOf(capture.Id);
        var value = _places.HoldsAddress(id) && IsPlace(capture.Value) ? ReadAddress(capture.Value) : ReadValue(capture.Value);
        var address = Next();
        _events.Add(new CaptureEvent(capture, address, id));
        _events.Add(new StoreEvent(capture, address, value));
    }

    /// <summary>Reads an expression for its value.</summary>
    private int ReadValue(IOperation operation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
            return Constant(operation, ConstantValue.Of(constant));

        switch (operation)
        {
            case ILiteralOperation or IDefaultValueOperation:
                return IsZeroDefault(operation.Type) ? Constant(operation, ConstantValue.Null) : Unknown(operation, isNotNull: false);
            case IInstanceReferenceOperation:
                return Add(new ThisEvent(operation, Next()));
            case IParenthesizedOperation parenthesized:
                return ReadValue(parenthesized.Operand);
            case IConversionOperation conversion:
                return ReadConversion(conversion);
            case IFlowCaptureReferenceOperation reference when !_places.HoldsAddress(_places.IdOf(reference.Id)):
                return Load(operation, Capture(reference));
            case IFieldReferenceOperation { Field.IsFixedSizeBuffer: true } buffer:
                return ReadAddress(buffer);
            case IAddressOfOperation addressOf:
                return ReadAddress(addressOf.Reference);
            case IAssignmentOperation or IIncrementOrDecrementOperation:
                return ReadAssignment(operation);
            case IEventAssignmentOperation { EventReference: IEventReferenceOperation changed } assignment:
                return ReadEventChange(assignment, changed);
            case IBinaryOperation binary:
                return ReadBinary(binary);
            case IUnaryOperation unary:
                return ReadUnary(unary);
            case IIsNullOperation isNull:
                return Compute(operation, Operator.Equal, ReadValue(isNull.Operand), Constant(operation, ConstantValue.Null));
            case IIsTypeOperation isType:
                return ReadTypeTest(operation, ReadValue(isType.ValueOperand), isType.ValueOperand.Type, isType.TypeOperand);
            case IIsPatternOperation isPattern:
                return ReadPattern(isPattern.Pattern, ReadValue(isPattern.Value));
            case IDelegateCreationOperation creation:
                return ReadValue(creation.Target);
            case IMethodReferenceOperation method:
                return Add(new FunctionEvent(operation, Next(), method.Method, null, OptionalValue(method.Instance)));
            case IFlowAnonymousFunctionOperation lambda:
                return Add(new FunctionEvent(operation, Next(), lambda.Symbol, lambda, FlowEvent.NoTemporary));
            case ISizeOfOperation size when TypeSize.Of(size.TypeOperand) is { } known:
                return Constant(operation, ConstantValue.Of(known.Bytes));
            case IAwaitOperation await:
                ReadValue(await.Operation);
                return Add(new AwaitEvent(operation, Next(), AwaitNode(await)));
            case var _ when PointerSyntax.ConvertedAddress(operation) is { } address:
                return ReadValue(address);
            case IInvocationOperation invocation when PointerSyntax.IsOffset(invocation):
                return Offset(invocation, PointerSyntax.OffsetKind(invocation), ReadValue(invocation.Arguments[0].Value), ReadValue(invocation.Arguments[1].Value));
            case IInvocationOperation or IObjectCreationOperation or IFunctionPointerInvocationOperation:
                return ReadCall(operation);
            case IPropertyReferenceOperation property when !IsFieldLike(property.Property):
                return ReadPropertyGet(property);
            case IThrowOperation thrown:
                return OptionalValue(thrown.Exception) is var exception and >= 0 ? exception : Unknown(operation, isNotNull: true);
            case var _ when IsPlace(operation):
                return Load(operation, ReadAddress(operation));
            default:
                return ReadOther(operation);
        }
    }

    // Whatever is not understood: its parts are read for what they do, and what they give is out of sight.
    private int ReadOther(IOperation operation)
    {
        if (PointerSyntax.IsPinning(operation) && operation.ChildOperations.First() is var pinned && pinned is IAddressOfOperation or { Type.IsRefLikeType: true })
            return ReadValue(pinned);

        var isCreation = operation is IArrayCreationOperation or IAnonymousObjectCreationOperation or ITupleOperation
            or IInterpolatedStringOperation or ITypeOfOperation || PointerSyntax.IsStackAllocation(operation);
        foreach (var child in operation.ChildOperations)
        {
            var value = ReadValue(child);
            if (value >= 0)
                _events.Add(new EscapeEvent(child, value));
        }

        return Unknown(operation, isCreation);
    }

    private int ReadConversion(IConversionOperation conversion)
    {
        if (conversion.OperatorMethod is { } method && !IsPointerConversion(method))
            return ReadOperator(conversion, method, (ReadValue(conversion.Operand), conversion.Operand));

        var value = ReadValue(conversion.Operand);
        if (IsNumberThatIsThere(conversion))
            return Unknown(conversion, isNotNull: true);

        var isBoxing = conversion.Operand.Type is { IsValueType: true } && conversion.Type is { IsReferenceType: true };
        if (isBoxing || IsWrapped(conversion))
            _events.Add(new EscapeEvent(conversion, value));
        return isBoxing || (conversion.IsTryCast && conversion.Operand.Type?.IsReferenceType != true) ? Unknown(conversion, isBoxing) : value;
    }

    // What is taken out of a nullable again has another name.
    private static bool IsWrapped(IConversionOperation conversion) =>
        conversion.Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && conversion.Parent is not IBinaryOperation
        && (Places.IsAddress(conversion.Operand.Type) || conversion.Operand.Type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None });

    // `int? n = 0` is not null, though its bits are.
    private static bool IsNumberThatIsThere(IConversionOperation conversion) =>
        conversion.Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && conversion.Parent is not IBinaryOperation
        && (conversion.Operand.Type is { TypeKind: TypeKind.Enum } || Places.IsPlainNumber(conversion.Operand.Type)
            || (conversion.Operand.ConstantValue is { HasValue: true, Value: { } constant } && ConstantValue.Of(constant).Bits == 0));

    // IntPtr and UIntPtr convert to and from pointers by operators of their own, which change nothing.
    private static bool IsPointerConversion(IMethodSymbol method) =>
        method.ContainingType?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private int ReadUnary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is { } method)
            return ReadOperator(unary, method, (ReadValue(unary.Operand), unary.Operand));

        var operand = ReadValue(unary.Operand);
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Not when unary.Type?.SpecialType == SpecialType.System_Boolean => Compute(unary, Operator.Not, operand),
            UnaryOperatorKind.BitwiseNegation => Compute(unary, Operator.Complement, operand),
            UnaryOperatorKind.Plus => operand,
            _ => Unknown(unary, isNotNull: false),
        };
    }

    private int ReadBinary(IBinaryOperation binary)
    {
        if (UserDefined(binary.OperatorMethod) is { } method)
        {
            var left = ReadValue(binary.LeftOperand);
            var right = ReadValue(binary.RightOperand);
            var call = ReadOperator(binary, method, (left, binary.LeftOperand), (right, binary.RightOperand));
            return IsEquality(binary.OperatorKind) ? Compare(binary, left, right) : call;
        }

        if (IsEquality(binary.OperatorKind) && IsNeverNullComparison(binary))
        {
            ReadValue(binary.LeftOperand);
            ReadValue(binary.RightOperand);
            return Constant(binary, ConstantValue.Of(binary.OperatorKind == BinaryOperatorKind.NotEquals));
        }

        return Compare(binary, ReadValue(binary.LeftOperand), ReadValue(binary.RightOperand));
    }

    private int Compare(IBinaryOperation binary, int left, int right) => binary.OperatorKind switch
    {
        BinaryOperatorKind.Equals => Compute(binary, Operator.Equal, left, right),
        BinaryOperatorKind.NotEquals => Compute(binary, Operator.Not, Compute(binary, Operator.Equal, left, right)),
        BinaryOperatorKind.LessThan => Compute(binary, Operator.Less, left, right),
        BinaryOperatorKind.GreaterThan => Compute(binary, Operator.Less, right, left),
        BinaryOperatorKind.LessThanOrEqual => Compute(binary, Operator.Not, Compute(binary, Operator.Less, right, left)),
        BinaryOperatorKind.GreaterThanOrEqual => Compute(binary, Operator.Not, Compute(binary, Operator.Less, left, right)),
        BinaryOperatorKind.Or => Compute(binary, Operator.Or, left, right),
        BinaryOperatorKind.And => Compute(binary, Operator.And, left, right),
        BinaryOperatorKind.ExclusiveOr => Compute(binary, Operator.Xor, left, right),
        BinaryOperatorKind.Add or BinaryOperatorKind.Subtract when PointerSyntax.MayBeAddress(binary.LeftOperand) && !PointerSyntax.MayBeAddress(binary.RightOperand) =>
            Offset(binary, binary.OperatorKind, left, right),
        BinaryOperatorKind.Add when PointerSyntax.MayBeAddress(binary.LeftOperand) => Offset(binary, binary.OperatorKind, left, right),
        BinaryOperatorKind.Add when PointerSyntax.MayBeAddress(binary.RightOperand) => Offset(binary, binary.OperatorKind, right, left),
        _ => ReadArithmetic(binary, left, right),
    };

    // What is computed of an address in other ways may still tell it: a page number, a distance, a tagged pointer.
    private int ReadArithmetic(IBinaryOperation binary, int left, int right)
    {
        if (Places.MayHoldAddress(binary.LeftOperand.Type))
            _events.Add(new EscapeEvent(binary.LeftOperand, left));
        if (Places.MayHoldAddress(binary.RightOperand.Type))
            _events.Add(new EscapeEvent(binary.RightOperand, right));
        return Arithmetic(binary, binary.OperatorKind, left, right);
    }

    // A number that each round of a loop makes larger would be another one in each.
    private int Arithmetic(IOperation operation, BinaryOperatorKind kind, int left, int right) =>
        _isRepeated ? Unknown(operation, isNotNull: false) : Add(new ArithmeticEvent(operation, Next(), kind, left, right));

    private static bool IsEquality(BinaryOperatorKind kind) => kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals;

    /// <summary><c>handle == null</c> for a value type lifts both sides to a nullable and is never true.</summary>
    private static bool IsNeverNullComparison(IBinaryOperation binary) =>
        (IsNullConstant(binary.RightOperand) && IsLiftedValue(binary.LeftOperand))
        || (IsNullConstant(binary.LeftOperand) && IsLiftedValue(binary.RightOperand));

    private static bool IsNullConstant(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: null };

    private static bool IsLiftedValue(IOperation operation) =>
        operation is IConversionOperation { IsImplicit: true, Type.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } conversion
        && conversion.Operand.Type is { IsValueType: true, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T };

    private static bool IsZeroDefault(ITypeSymbol? type) =>
        type is null or IPointerTypeSymbol or IFunctionPointerTypeSymbol || type.IsReferenceType || type.TypeKind == TypeKind.Enum
        || type.OriginalDefinition.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr
            or SpecialType.System_Nullable_T;

    private static SyntaxNodeOrToken AwaitNode(IAwaitOperation await) => await.Syntax.AncestorsAndSelf()
        .Select(AwaitKeyword).FirstOrDefault(token => !token.IsKind(SyntaxKind.None)) is { RawKind: not 0 } token ? token : await.Syntax;

    private static SyntaxToken AwaitKeyword(SyntaxNode node) => node switch
    {
        AwaitExpressionSyntax await => await.AwaitKeyword,
        CommonForEachStatementSyntax loop => loop.AwaitKeyword,
        UsingStatementSyntax block => block.AwaitKeyword,
        LocalDeclarationStatementSyntax declaration => declaration.AwaitKeyword,
        _ => default,
    };

    private int OptionalValue(IOperation? operation) => operation is null ? FlowEvent.NoTemporary : ReadValue(operation);

    private int Constant(IOperation operation, ConstantValue value) => Add(new ConstantEvent(operation, Next(), value));

    private int Unknown(IOperation operation, bool isNotNull) => Add(new UnknownEvent(operation, Next(), isNotNull));

    private int Load(IOperation operation, int address) => Add(new LoadEvent(operation, Next(), address));

    private int Compute(IOperation operation, Operator kind, int left, int right = FlowEvent.NoTemporary) =>
        Add(new ComputeEvent(operation, Next(), kind, left, right));

    private int Offset(IOperation operation, BinaryOperatorKind kind, int left, int right) =>
        Add(new ComputeEvent(operation, Next(), Operator.Offset, left, right) { Arithmetic = _isRepeated ? BinaryOperatorKind.None : kind });

    private int Capture(IFlowCaptureReferenceOperation reference) =>
        Add(new CaptureEvent(reference, Next(), _places.IdOf(reference.Id)));

    private int Add(FlowEvent added)
    {
        _events.Add(added);
        return added.Result;
    }

    private int Next() => _temporaries++;
}
