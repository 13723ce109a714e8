using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// The contract of any member: its attributes, those of what it overrides or implements, contract files, in this order.
/// (The body, where there is one, is asked by those who can read it.)
/// </summary>
internal sealed class ContractTable
{
    private readonly FileContracts _files;
    private readonly ConcurrentDictionary<IMethodSymbol, MethodContract> _contracts = new(SymbolEqualityComparer.Default);
    private readonly Func<IMethodSymbol, MethodContract> _build;

    public ContractTable(FileContracts files)
    {
        _files = files;
        _build = Build;
    }

    /// <summary>A method as it is declared: of a generic one, and of an extension that is called as a member.</summary>
    public static IMethodSymbol DefinitionOf(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    public MethodContract Get(IMethodSymbol method)
    {
        var definition = DefinitionOf(method);
        definition = definition.PartialDefinitionPart ?? definition;
        return _contracts.GetOrAdd(definition, _build);
    }

    /// <summary>The context in which a delegate of this type runs.</summary>
    public BodyContract CallbackOf(ITypeSymbol? delegateType) =>
        delegateType is INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { } invoke }
            && Get(invoke) is var contract
            ? contract.Body with { PromisesNotToSleep = contract.Sleep == SleepContract.Never }
            : BodyContract.Unspecified;

    private MethodContract Build(IMethodSymbol method)
    {
        var builder = new ContractBuilder(method.Parameters.Select(parameter => parameter.Name).ToImmutableArray());
        foreach (var member in WithBases(method))
        {
            // Names of parameters may differ from the base; positions do not.
            builder.Add(AttributeReader.ReadMethod(member).Select(clause => Rename(clause, member, method)));
            if (member.PartialImplementationPart is { } implementation)
                builder.Add(AttributeReader.ReadMethod(implementation).Select(clause => Rename(clause, implementation, method)));
        }

        if (method.MethodKind == MethodKind.DelegateInvoke)
            AddType(builder, method.ContainingType, _ => true);
        foreach (var member in WithBases(method))
        {
            foreach (var source in _files.Find(member))
                builder.Add(source.Select(clause => Rename(clause, member, method)));
        }

        // A lambda runs where its delegate says, not where it is written. Every member of a type is also what overrides or implements it.
        if (method.MethodKind != MethodKind.AnonymousFunction)
        {
            foreach (var member in WithBases(method))
                AddTypesAround(builder, member);
        }

        return builder.Build();
    }

    private void AddTypesAround(ContractBuilder builder, IMethodSymbol member)
    {
        for (var type = member.ContainingType; type is not null; type = type.ContainingType)
            AddType(builder, type, static clause => SpeaksOfMembers(clause.Word));
    }

    private void AddType(ContractBuilder builder, INamedTypeSymbol type, Func<ContractClause, bool> isMeant)
    {
        builder.Add(AttributeReader.ReadType(type).Where(isMeant));
        foreach (var source in _files.Find(type.OriginalDefinition))
            builder.Add(source.Where(isMeant));
    }

    /// <summary>The members that a method overrides or implements.</summary>
    public static IEnumerable<IMethodSymbol> BasesOf(IMethodSymbol method) => WithBases(method).Skip(1);

    private static bool SpeaksOfMembers(string word) => word is "AtomicContext" or "ProcessContext" or "NoIoContext" or "NoFsContext";

    private static IEnumerable<IMethodSymbol> WithBases(IMethodSymbol method)
    {
        for (var member = method; member is not null; member = member.OverriddenMethod?.OriginalDefinition)
            yield return member;

        // An override stands for what the member implements that it overrides.
        for (var member = method; member is not null; member = member.OverriddenMethod?.OriginalDefinition)
        {
            foreach (var implemented in Implemented(member))
                yield return implemented;
        }
    }

    private static IEnumerable<IMethodSymbol> Implemented(IMethodSymbol method)
    {
        if (!method.ExplicitInterfaceImplementations.IsEmpty)
            return method.ExplicitInterfaceImplementations.Select(member => member.OriginalDefinition);
        if (method.DeclaredAccessibility != Accessibility.Public || method.ContainingType is not { AllInterfaces.IsEmpty: false } type)
            return Enumerable.Empty<IMethodSymbol>();

        return type.AllInterfaces
            .SelectMany(contract => contract.GetMembers(method.Name).OfType<IMethodSymbol>())
            .Where(member => member.IsStatic == method.IsStatic && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method))
            .Select(member => member.OriginalDefinition);
    }

    private static ContractClause Rename(ContractClause clause, IMethodSymbol from, IMethodSymbol to)
    {
        if (clause.Target.Kind != ContractTargetKind.Parameter || ReferenceEquals(from, to))
            return clause;

        var parameter = from.Parameters.FirstOrDefault(candidate => candidate.Name == clause.Target.Parameter);
        return parameter is null || parameter.Ordinal >= to.Parameters.Length
            ? clause
            : clause with { Target = ContractTarget.OfParameter(to.Parameters[parameter.Ordinal].Name) };
    }
}
