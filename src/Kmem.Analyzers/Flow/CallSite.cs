using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>A call on one path: what is promised about the callee, and the values that are passed.</summary>
internal sealed class CallSite
{
    private readonly IReadOnlyList<Value> _temporaries;

    private CallSite(CallEvent call, FunctionValue? function, MethodContract contract, IReadOnlyList<Value> temporaries)
    {
        Call = call;
        Contract = contract;
        _temporaries = temporaries;
        Receiver = function is null ? ValueAt(call.Receiver) : function.Receiver;
        Method = function?.Method ?? call.Method;
        Lambda = function;
    }

    /// <summary>A call where its arguments are known. A delegate's own contract counts before that of the method behind it.</summary>
    public static CallSite Of(CallEvent call, IReadOnlyList<Value> temporaries, ContractTable contracts)
    {
        var function = call.Method?.MethodKind == MethodKind.DelegateInvoke ? temporaries[call.Receiver] as FunctionValue : null;
        var contract = call.ContractIn(contracts);
        return new CallSite(call, function, function is not null && contract.IsEmpty ? contracts.Get(function.Method) : contract, temporaries);
    }

    public CallEvent Call { get; }

    public SyntaxNode Syntax => Call.Operation.Syntax;

    /// <summary>The method that runs, as far as it is known: for a delegate whose method is known, that method.</summary>
    public IMethodSymbol? Method { get; }

    /// <summary>A method, as messages name it.</summary>
    public static string NameOf(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.Constructor } => method.ContainingType.Name,
        { AssociatedSymbol: IPropertySymbol property } => property.Name,
        { Name.Length: 0 } => "lambda",
        _ => method.Name,
    };

    /// <summary>What is called, as messages name it.</summary>
    public string Name => Call.Node.IsToken ? Call.Node.ToString() : Method is null ? Syntax.ToString() : NameOf(Method);

    public MethodContract Contract { get; }

    /// <summary>The delegate that is invoked, where its method is known.</summary>
    public FunctionValue? Lambda { get; }

    /// <summary>The object, or the struct's address; null for static calls.</summary>
    public Value? Receiver { get; }

    /// <summary>What the call gives, unless something better is known.</summary>
    public SiteValue Result => Call.Given;

    /// <summary>The argument of a parameter of the callee: a value, or for by-reference parameters an address.</summary>
    public Value? Argument(int ordinal) => FindArgument(ordinal) is { } argument ? ValueAt(argument.Temporary) : null;

    public CallArgument? FindArgument(int ordinal)
    {
        foreach (var argument in Call.Arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument;
        }

        return null;
    }

    /// <summary>The argument of the parameter of this name.</summary>
    public CallArgument? FindArgument(string parameter)
    {
        foreach (var argument in Call.Arguments)
        {
            if (argument.Parameter?.Name == parameter)
                return argument;
        }

        return null;
    }

    public Value ValueOf(CallArgument argument) => _temporaries[argument.Temporary];

    private Value? ValueAt(int temporary) => temporary < 0 ? null : _temporaries[temporary];
}

/// <summary>One way a call can end: the path after it, and what it gave (null: nothing is known of it).</summary>
internal readonly record struct CallOutcome(States.PathState State, Value? Result = null);
