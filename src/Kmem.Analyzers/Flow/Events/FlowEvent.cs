using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Events;

/// <summary>
/// One step of a block. Operands and results are numbered temporaries of that block; addresses are values like others.
/// Events are data: the solver gives them meaning, the rules look at a few of them.
/// </summary>
/// <param name="Operation">Where the step stands in the program.</param>
/// <param name="Result">The temporary it defines; -1: none.</param>
internal abstract record FlowEvent(IOperation Operation, int Result)
{
    public const int NoTemporary = -1;

    private SiteValue? _given;

    /// <summary>Whatever the step gives, where nothing better is known. Made once: a step is run on many paths.</summary>
    public SiteValue Given => _given ??= new SiteValue(Operation.Syntax, Part);

    /// <summary>Tells the value apart from those of other steps that stand at the same place in the program.</summary>
    protected virtual int Part => 0;
}

/// <summary>A value known when the program is compiled.</summary>
internal sealed record ConstantEvent(IOperation Operation, int Result, ConstantValue Value) : FlowEvent(Operation, Result);

/// <summary>The current object, or the current struct's address.</summary>
internal sealed record ThisEvent(IOperation Operation, int Result) : FlowEvent(Operation, Result);

/// <summary>A value of which nothing is known but that it may be of use to tell it from others.</summary>
internal sealed record UnknownEvent(IOperation Operation, int Result, bool IsNotNull) : FlowEvent(Operation, Result)
{
    protected override int Part => 2;
}

/// <summary>The address of a local or parameter.</summary>
internal sealed record VariableEvent(IOperation Operation, int Result, VariableAddress Address) : FlowEvent(Operation, Result)
{
    /// <summary>The variable holds the address of the place that it stands for.</summary>
    public bool IsReference { get; } = Address.Variable is ILocalSymbol { IsRef: true } or IParameterSymbol { RefKind: not RefKind.None };
}

/// <summary>The address of a place that carries a value from block to block.</summary>
internal sealed record CaptureEvent(IOperation Operation, int Result, int Id) : FlowEvent(Operation, Result)
{
    public CaptureAddress Address { get; } = new(Id);
}

/// <summary>The address of a field; <paramref name="Target"/> is -1 for static ones.</summary>
internal sealed record FieldEvent(IOperation Operation, int Result, int Target, ISymbol Field) : FlowEvent(Operation, Result)
{
    private FieldAddress? _last;

    /// <summary>The field's address behind a target: behind one that is too deep, that in something unknown, which may be anything. On most paths the target is the same, and so is the address.</summary>
    public FieldAddress AddressIn(Value? target) =>
        _last is { } last && Equals(last.Target, target) ? last : _last = new FieldAddress(target is { IsDeepest: true } ? new EntryValue(Given) : target, Field);

    protected override int Part => 5;
}

/// <summary>The address of an element.</summary>
internal sealed record ElementEvent(IOperation Operation, int Result, int Target, int Index) : FlowEvent(Operation, Result)
{
    protected override int Part => 5;
}

/// <summary>Reads the place at an address.</summary>
internal sealed record LoadEvent(IOperation Operation, int Result, int Address) : FlowEvent(Operation, Result)
{
    protected override int Part => 3;
}

/// <summary>Writes the place at an address.</summary>
internal sealed record StoreEvent(IOperation Operation, int Address, int Value) : FlowEvent(Operation, NoTemporary);

/// <summary>Makes a by-reference local another name of the place at an address.</summary>
internal sealed record BindEvent(IOperation Operation, ISymbol Variable, int Address) : FlowEvent(Operation, NoTemporary);

/// <summary>Follows a pointer or reference.</summary>
internal sealed record DereferenceEvent(IOperation Operation, int Pointer) : FlowEvent(Operation, NoTemporary);

/// <summary>Applies an operator.</summary>
internal sealed record ComputeEvent(IOperation Operation, int Result, Operator Kind, int Left, int Right) : FlowEvent(Operation, Result)
{
    private OperatorValue? _last;

    /// <summary>What it computes of known numbers: of native integers, that may be addresses or sizes.</summary>
    public BinaryOperatorKind Arithmetic { get; init; }

    /// <summary>The operator applied to values; null where the term would grow too deep. On most paths the values are the same.</summary>
    public Value? Apply(Value left, Value? right)
    {
        if (_last is { } last && last.Left.Equals(left) && Equals(last.Right, right))
            return last;

        var value = Reasoning.Apply(Kind, left, right);
        if (value is OperatorValue result && result.Kind == Kind && result.Left.Equals(left))
            _last = result;
        return value;
    }

    protected override int Part => 4;
}

/// <summary>Computes with whole numbers, at a place that each path passes once: known ones give a known one.</summary>
internal sealed record ArithmeticEvent(IOperation Operation, int Result, BinaryOperatorKind Kind, int Left, int Right) : FlowEvent(Operation, Result)
{
    protected override int Part => 2;
}

/// <summary>Makes a delegate of a lambda, local function or method.</summary>
internal sealed record FunctionEvent(
    IOperation Operation, int Result, IMethodSymbol Method, IFlowAnonymousFunctionOperation? Lambda, int Receiver) : FlowEvent(Operation, Result)
{
    protected override int Part => 5;
}

/// <summary>An argument: its value, or for by-reference parameters the address of its place.</summary>
internal sealed class CallArgument
{
    private VariableAddress? _place;

    public CallArgument(IParameterSymbol? parameter, int temporary, IOperation operation)
    {
        Parameter = parameter;
        Temporary = temporary;
        Operation = operation;
    }

    /// <summary>Null where the call is not understood (broken code, function pointers).</summary>
    public IParameterSymbol? Parameter { get; }

    public int Temporary { get; }

    public IOperation Operation { get; }

    /// <summary>Whether a value of the callee's is made of what its parameter held.</summary>
    public bool IsBehind(Value value) => Parameter is not null && value.Mentions(_place ??= new VariableAddress(Parameter.OriginalDefinition));
}

/// <summary>Calls a method, constructor, accessor, operator or delegate.</summary>
/// <param name="Receiver">The object, or the address of the struct; -1: none.</param>
/// <param name="Node">What a report about the call is to underline.</param>
internal sealed record CallEvent(
    IOperation Operation,
    int Result,
    IMethodSymbol? Method,
    int Receiver,
    ImmutableArray<CallArgument> Arguments,
    SyntaxNodeOrToken Node) : FlowEvent(Operation, Result)
{
    private MethodContract? _contract;

    /// <summary>What is promised about the callee. Looked up once: a call is run on many paths, and its graph belongs to one compilation.</summary>
    public MethodContract ContractIn(ContractTable contracts) => _contract ??= Method is null ? MethodContract.Empty : contracts.Get(Method);

    /// <summary>The call cannot be overridden: a base call, or a member that is not virtual.</summary>
    public bool IsExact { get; init; }

    /// <summary>An iterator that the enclosing loop runs at once.</summary>
    public bool IsEnumerated { get; init; }
}

/// <summary>Waits for an awaitable.</summary>
internal sealed record AwaitEvent(IOperation Operation, int Result, SyntaxNodeOrToken Node) : FlowEvent(Operation, Result)
{
    protected override int Part => 1;
}

/// <summary>A value goes where it can no longer be followed: into an array, a tuple, an unknown operation.</summary>
internal sealed record EscapeEvent(IOperation Operation, int Value) : FlowEvent(Operation, NoTemporary);

/// <summary>Leaves the method with a result; <paramref name="Value"/> is -1 for none.</summary>
internal sealed record ReturnEvent(IOperation Operation, int Value) : FlowEvent(Operation, NoTemporary);

/// <summary>Leaves by an exception.</summary>
internal sealed record ThrowEvent(IOperation Operation, int Value) : FlowEvent(Operation, NoTemporary);

/// <summary>An iterator hands out a value and comes back later.</summary>
internal sealed record YieldEvent(IOperation Operation, int Value) : FlowEvent(Operation, NoTemporary);
