using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Finds the function that releases what an allocator gave: a neighbour of the allocator whose contract says so.</summary>
internal sealed class ReleaseFinder
{
    private readonly ContractTable _contracts;

    public ReleaseFinder(ContractTable contracts) => _contracts = contracts;

    /// <summary>The right release with its further arguments, as they stand at the allocation; null where they are not known.</summary>
    /// <param name="others">Families of other memory that it has to release too.</param>
    public RightRelease? Find(Memory memory, ImmutableArray<string> others = default)
    {
        var allocator = memory.Allocator.OriginalDefinition;
        var site = memory.Way.IsEmpty ? memory.Site : memory.Way.Last();
        var isHere = memory.Way.IsEmpty;
        return FindOwn(memory, allocator) ?? allocator.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .Where(candidate => candidate.IsStatic)
            .Select(candidate => (Method: candidate, Contract: _contracts.Get(candidate)))
            .Where(candidate => Releases(candidate.Contract, memory.Family, others) && SameOrder(candidate.Contract, allocator))
            .OrderBy(candidate => candidate.Contract.Parameters.Max(parameter => parameter.Frees?.Families.Length ?? 0))
            .ThenBy(candidate => candidate.Method.Parameters.Length)
            .ThenBy(candidate => candidate.Method.Name.Length) // the plain one: kfree, not kfree_sensitive
            .Select(candidate => Write(candidate.Method, candidate.Contract, memory, site, isHere))
            .FirstOrDefault(release => release is not null);
    }

    // A handle that releases itself.
    private RightRelease? FindOwn(Memory memory, IMethodSymbol allocator) => allocator.ContainingType.GetMembers().OfType<IMethodSymbol>()
        .Where(candidate => !candidate.IsStatic && candidate.Parameters.IsEmpty && _contracts.Get(candidate).This.Frees is { Families.IsEmpty: false } frees && frees.Accepts(memory.Family))
        .Select(candidate => new RightRelease("{0}." + candidate.Name + "()", allocator.ContainingType.ToDisplayString(), "", memory.FailureLiteral))
        .FirstOrDefault();

    private static bool Releases(MethodContract contract, string family, ImmutableArray<string> others) =>
        contract.Parameters.Any(parameter => parameter.Frees is { Families.IsEmpty: false } frees && parameter.RetainsUntil is null
            && frees.Accepts(family) && (others.IsDefaultOrEmpty || others.All(frees.Accepts)));

    // A release of pages of one fixed order fits allocations of that order only.
    private bool SameOrder(MethodContract release, IMethodSymbol allocator) =>
        release.PageOrder is not { } order || _contracts.Get(allocator).PageOrder == order;

    private RightRelease? Write(IMethodSymbol release, MethodContract contract, Memory memory, SyntaxNode site, bool isHere)
    {
        var arguments = new List<string>();
        var parameterType = "";
        var isRefused = memory.FailureValue != 0;
        foreach (var parameter in release.Parameters)
        {
            if (contract.Parameter(parameter.Ordinal).Frees is not null)
            {
                arguments.Add("{0}");
                parameterType = parameter.Type.ToDisplayString();
                isRefused |= contract.Parameter(parameter.Ordinal).DisallowsNull;
            }
            else if (isHere && ArgumentFor(parameter, contract, memory.Allocator.OriginalDefinition, site) is { } text)
            {
                arguments.Add(text);
            }
            else if (!parameter.IsOptional)
            {
                return null;
            }
        }

        var call = release.Name + "(" + string.Join(", ", arguments) + ")";
        return new RightRelease(call, release.ContainingType.ToDisplayString(), parameterType, isRefused ? memory.FailureLiteral : "");
    }

    private string? ArgumentFor(IParameterSymbol parameter, MethodContract release, IMethodSymbol allocator, SyntaxNode site)
    {
        var own = release.Parameter(parameter.Ordinal);
        var allocation = _contracts.Get(allocator);
        var source = allocator.Parameters.FirstOrDefault(candidate => own.IsPool && allocation.Parameter(candidate.Ordinal).IsPool)
            ?? allocator.Parameters.FirstOrDefault(candidate => own.IsPageOrder && allocation.Parameter(candidate.Ordinal).IsPageOrder)
            ?? allocator.Parameters.FirstOrDefault(candidate =>
                candidate.Name == parameter.Name && SymbolEqualityComparer.Default.Equals(candidate.Type, parameter.Type));
        if (source is null)
            return own.IsPageOrder && allocation.PageOrder is { } order ? order.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;

        return site is InvocationExpressionSyntax invocation ? ArgumentText(invocation.ArgumentList.Arguments, source) : null;
    }

    // `out var handle` at the allocation is `handle` at the release.
    private static string? ArgumentText(SeparatedSyntaxList<ArgumentSyntax> arguments, IParameterSymbol parameter)
    {
        var argument = arguments.FirstOrDefault(candidate => candidate.NameColon?.Name.Identifier.ValueText == parameter.Name)
            ?? arguments.ElementAtOrDefault(parameter.Ordinal);
        return argument?.Expression switch
        {
            DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } => variable.Identifier.ValueText,
            DeclarationExpressionSyntax or null => null,
            var expression => expression.ToString(),
        };
    }
}
