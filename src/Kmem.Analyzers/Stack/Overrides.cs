using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Stack;

/// <summary>
/// The bodies that a virtual call may run. Where other assemblies can add some, only the declared one is known; else all of this
/// compilation are.
/// </summary>
internal sealed class Overrides
{
    private readonly Compilation _compilation;
    private readonly Lazy<ILookup<IMethodSymbol, IMethodSymbol>> _overriding;
    private readonly Lazy<List<INamedTypeSymbol>> _types;

    public Overrides(Compilation compilation)
    {
        _compilation = compilation;
        _types = new Lazy<List<INamedTypeSymbol>>(() => TypesIn(compilation.Assembly.GlobalNamespace).ToList());
        _overriding = new Lazy<ILookup<IMethodSymbol, IMethodSymbol>>(FindOverriding);
    }

    public IReadOnlyCollection<IMethodSymbol> Of(IMethodSymbol method, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, _compilation.Assembly) || IsOpenToOthers(method))
            return new[] { method };

        return method.ContainingType.TypeKind == TypeKind.Interface ? Implementing(method) : WithOverriding(method);
    }

    // Who can neither see the type nor the member, nor make an object of it, cannot derive from it.
    private static bool IsOpenToOthers(IMethodSymbol method)
    {
        if (!IsVisible(method))
            return false;
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (!IsVisible(type))
                return false;
        }

        return method.ContainingType.TypeKind == TypeKind.Interface || method.ContainingType.InstanceConstructors.Any(IsVisible);
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private List<IMethodSymbol> WithOverriding(IMethodSymbol method)
    {
        var found = new List<IMethodSymbol> { method };
        for (var i = 0; i < found.Count; i++)
            found.AddRange(_overriding.Value[found[i]]);
        return found;
    }

    private List<IMethodSymbol> Implementing(IMethodSymbol member) => _types.Value
        .Where(type => type.AllInterfaces.Any(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, member.ContainingType)))
        .Select(type => type.FindImplementationForInterfaceMember(MemberIn(type, member)) as IMethodSymbol)
        .OfType<IMethodSymbol>()
        .Select(body => body.OriginalDefinition)
        .Append(member)
        .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)
        .SelectMany(body => body.ContainingType.TypeKind == TypeKind.Interface ? new List<IMethodSymbol> { body } : WithOverriding(body))
        .ToList();

    // Of a generic interface, each type implements a member of its own.
    private static IMethodSymbol MemberIn(INamedTypeSymbol type, IMethodSymbol member)
    {
        var implemented = type.AllInterfaces.First(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, member.ContainingType));
        return implemented.GetMembers(member.Name).OfType<IMethodSymbol>().FirstOrDefault(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, member)) ?? member;
    }

    private ILookup<IMethodSymbol, IMethodSymbol> FindOverriding() => _types.Value
        .SelectMany(type => type.GetMembers().OfType<IMethodSymbol>())
        .Where(method => method.OverriddenMethod is not null)
        .ToLookup<IMethodSymbol, IMethodSymbol>(method => method.OverriddenMethod!.OriginalDefinition, SymbolEqualityComparer.Default);

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type)
                yield return type;
            foreach (var inner in TypesIn(member))
                yield return inner;
        }
    }
}
