using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>
/// <c>kmap</c> and its <c>kunmap</c> become <c>kmap_atomic</c> and <c>kunmap_atomic</c>, which is given the address in place of the page.
/// </summary>
internal sealed class MapAtomically : CodeFix
{
    private const string Map = "kmap";
    private const string Unmap = "kunmap";
    private const string AtomicSuffix = "_atomic";
    private const string Slot = "KM_USER0";

    public override string EquivalenceKey => UseAtomicAlternative.Key;

    public override FixPlan? Plan(FixSite site)
    {
        if (SleepingCall.At(site) is not { Method.Name: Map or Unmap } sleeping
            || Page(sleeping, site.Model) is not { } page
            || Statements.Function(sleeping.Call) is not { } function
            || SlotMember(sleeping.Method) is not { } slot)
        {
            return null;
        }

        var calls = Statements.OwnNodes(function).OfType<InvocationExpressionSyntax>()
            .Select(call => SleepingCall.Of(call, site.Model))
            .OfType<SleepingCall>()
            .Where(call => call.Method.Name is Map or Unmap && SymbolEqualityComparer.Default.Equals(Page(call, site.Model), page))
            .ToLookup(call => call.Method.Name);
        return calls[Map].Count() == 1 && calls[Unmap].Any()
            && Address(calls[Map].Single(), function, site) is { } address
            && calls[Unmap].All(unmap => IsInScope(address, unmap, site.Model))
            && !SleepsBetween(calls[Map].Single(), calls[Unmap].Last(), function, site)
                ? Rewrite(calls, address.Name, slot, site)
                : null;
    }

    private static FixPlan Rewrite(ILookup<string, SleepingCall> calls, string address, ISymbol slot, FixSite site)
    {
        var plan = new FixPlan(FixTitles.UseAlternative(Map + AtomicSuffix));
        foreach (var call in calls[Map].Concat(calls[Unmap]))
        {
            var page = call.Call.ArgumentList.Arguments[0];
            plan.Insert(call.Name.Span.End, AtomicSuffix);
            plan.Insert(page.Span.End, ", " + Spelling.OfMember(site.Model, page.SpanStart, slot));
            if (call.Method.Name == Unmap)
                plan.Replace(page.Span, address);
        }

        return plan;
    }

    private static ISymbol? Page(SleepingCall call, SemanticModel model) =>
        call.Call.ArgumentList.Arguments is { Count: 1 } arguments && arguments[0].NameColon is null
            ? Values.Variable(Values.Bare(arguments[0].Expression), model)
            : null;

    // The local that has the address, and nothing else, from the mapping on.
    private static ILocalSymbol? Address(SleepingCall map, SyntaxNode function, FixSite site)
    {
        if (Values.Target(Values.Dressed(map.Call)) is not { } target
            || Values.Variable(target, site.Model) is not ILocalSymbol { RefKind: RefKind.None } address
            || !Statements.Declares(function, address)
            || site.NodeAt(DiagnosticProperties.EnterSpan)?.SpanStart > map.Call.SpanStart)
        {
            return null;
        }

        var isReassigned = Statements.OwnNodes(function).OfType<AssignmentExpressionSyntax>().Any(assignment =>
            assignment.Left != target && SymbolEqualityComparer.Default.Equals(Values.Variable(assignment.Left, site.Model), address));
        return isReassigned ? null : address;
    }

    private static bool IsInScope(ILocalSymbol address, SleepingCall unmap, SemanticModel model) =>
        model.LookupSymbols(unmap.Call.SpanStart, name: address.Name).Contains(address, SymbolEqualityComparer.Default);

    // An atomic mapping is a section of its own: what sleeps while it lasts would be the next report.
    private static bool SleepsBetween(SleepingCall map, SleepingCall unmap, SyntaxNode function, FixSite site) => Statements.OwnNodes(function)
        .OfType<InvocationExpressionSyntax>()
        .Where(call => call.SpanStart > map.Call.SpanStart && call.SpanStart < unmap.Call.SpanStart)
        .Select(call => site.Model.GetSymbolInfo(call).Symbol)
        .OfType<IMethodSymbol>()
        .Any(method => method.Name != Unmap && site.Contracts.Get(method).Sleep == SleepContract.Might);

    // The member of the slots' enum, where both functions are there and take a slot.
    private static ISymbol? SlotMember(IMethodSymbol callee)
    {
        var slots = new[] { Map, Unmap }.Select(name => SlotParameter(callee.ContainingType, name + AtomicSuffix)?.Type).ToList();
        return slots[0] is { } slot && SymbolEqualityComparer.Default.Equals(slot, slots[1]) ? slot.GetMembers(Slot).FirstOrDefault() : null;
    }

    private static IParameterSymbol? SlotParameter(INamedTypeSymbol type, string function) =>
        type.GetMembers(function).OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.Length == 2)?.Parameters[1];
}
