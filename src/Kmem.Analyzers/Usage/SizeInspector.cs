using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>Looks at the sizes and orders that allocators are given: KMEM4001, 4002, 4003 and 4005.</summary>
internal sealed class SizeInspector : ICallInspector
{
    private readonly AnalyzedProgram _program;
    private readonly SiblingAllocators _siblings;
    private readonly SizeProducts _products;
    private readonly ReportList _reports;

    public SizeInspector(AnalyzedProgram program, ReportList reports)
    {
        _reports = reports;
        _program = program;
        _siblings = new SiblingAllocators(program.Contracts);
        _products = new SizeProducts(program.Compilation);
    }

    public PathState Called(CallSite site, PathState state)
    {
        if (site.Contract.Allocates is null || ElementType.Of(site.Call.Operation) is not { } element)
            return state;

        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && SizeExpression.Bare(argument.Operation) is ISizeOfOperation size
                && (site.Contract.Parameter(parameter.Ordinal).MaxSize is not null || _siblings.IsSizeOfElement(site.Method!, parameter.Ordinal)))
                CheckType(size, argument.Operation, element, site);
        }

        return state;
    }

    public void Stored(Value address, Value value)
    {
    }

    public Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        var contract = _program.Contracts.Get(demand.Function).Parameter(demand.Parameter);
        if (contract.IsPageOrder)
            return JudgeOrder(demand, contract.MaxPageOrder, argument);

        return contract.MaxSize is { } most and not ulong.MaxValue ? JudgeSize(demand, most, argument, site, state) : Verdict.Settled;
    }

    private Verdict JudgeOrder(Demand demand, uint most, IOperation argument)
    {
        if (demand.Value is not ConstantValue { Bits: { } order })
            return Verdict.DependsOnValue;
        if (order < 0 || order > most)
            Report(Rules.OrderTooLarge, demand, argument, ImmutableDictionary<string, string?>.Empty, argument.Syntax.ToString(), most, demand.Function.Name);
        return Verdict.Settled;
    }

    private Verdict JudgeSize(Demand demand, ulong most, IOperation argument, CallSite site, PathState state)
    {
        if (((demand.Value as ConstantValue)?.Bits ?? SizeExpression.Evaluate(argument)) is { } bytes)
        {
            if (unchecked((ulong)bytes) > most)
                Report(Rules.SizeTooLarge, demand, argument, SizeProperties(demand, site, state), argument.Syntax.ToString(), most, demand.Function.Name);
            return Verdict.Settled;
        }

        var products = _products.Find(demand.Value, argument, state);
        var isResized = _program.Contracts.Get(demand.Function).Parameters.Any(parameter => parameter.Reallocates);
        foreach (var product in products)
        {
            if (!(isResized && OverflowingProduct.IsTwice(product)) && OverflowingProduct.FindFactor(product, argument.Syntax, state) is { } factor)
                Report(Rules.OverflowingSize, demand, argument, ProductProperties(demand, product, argument), argument.Syntax.ToString(), factor.Syntax.ToString());
        }

        return products.Count == 0 ? Verdict.DependsOnValue : Verdict.Settled;
    }

    private void CheckType(ISizeOfOperation size, IOperation argument, ITypeSymbol element, CallSite site)
    {
        if (SymbolEqualityComparer.Default.Equals(size.TypeOperand, element)
            || TypeSize.Of(size.TypeOperand) is not { } given || TypeSize.Of(element) is not { } needed || given.Bytes >= needed.Bytes)
            return;

        var properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.SizeType, element.ToDisplayString());
        _reports.Add(Diagnostic.Create(
            Rules.SizeOfOtherType, argument.Syntax.GetLocation(), properties, argument.Syntax.ToString(), given.Bytes, element.ToDisplayString(), needed.Bytes, site.Method!.Name));
    }

    private void Report(
        DiagnosticDescriptor rule, Demand demand, IOperation argument, ImmutableDictionary<string, string?> properties, params object[] arguments) =>
        _reports.Add(Diagnostic.Create(rule, argument.Syntax.GetLocation(), demand.Story, properties, arguments));

    // Memory that is contiguous only in its addresses has no such limit, but takes code that may sleep.
    private ImmutableDictionary<string, string?> SizeProperties(Demand demand, CallSite site, PathState state) =>
        demand.Way.IsEmpty && MaySleep(site, state) && _siblings.FindUnlimited(demand.Function, demand.Parameter) is { } unlimited
            ? ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Replacement, unlimited.Name)
            : ImmutableDictionary<string, string?>.Empty;

    private static bool MaySleep(CallSite site, PathState state)
    {
        var ordinal = site.Contract.FindParameter(parameter => parameter.IsFlags);
        return site.FindArgument(ordinal) is { Parameter: { } parameter } argument
            && FlagBits.Find(parameter.Type, "__GFP_WAIT") is { } wait && (state.BitsOf(site.ValueOf(argument)).Certain & wait) != 0;
    }

    private ImmutableDictionary<string, string?> ProductProperties(Demand demand, IOperation product, IOperation argument)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        return demand.Way.IsEmpty && SizeExpression.Bare(argument) == product && _siblings.FindForArrays(demand.Function, demand.Parameter) is { } array
            ? properties.Add(DiagnosticProperties.Replacement, array.Name)
            : properties;
    }
}
