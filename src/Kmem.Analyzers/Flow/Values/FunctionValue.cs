using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>A delegate whose method is known.</summary>
internal sealed class FunctionValue : Value
{
    public FunctionValue(IMethodSymbol method, IFlowAnonymousFunctionOperation? lambda, Value? receiver)
        : base(Combine(40, SymbolEqualityComparer.Default.GetHashCode(method)), receiver)
    {
        Method = method;
        Lambda = lambda;
        Receiver = receiver;
    }

    public IMethodSymbol Method { get; }

    /// <summary>The lambda in this method's graph; null for a method group.</summary>
    public IFlowAnonymousFunctionOperation? Lambda { get; }

    public Value? Receiver { get; }

    protected override bool IsSame(Value other) => other is FunctionValue function
        && SymbolEqualityComparer.Default.Equals(Method, function.Method) && Equals(Receiver, function.Receiver);

    public override string ToString() => Method.Name.Length == 0 ? "lambda" : Method.Name;
}
