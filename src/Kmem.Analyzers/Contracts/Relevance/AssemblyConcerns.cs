using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>The names of contracted members of a referenced assembly. Only assemblies that know the vocabulary are looked into.</summary>
internal sealed class AssemblyConcerns
{
    private const string AnnotationsAssembly = "Kmem.Annotations";

    // By the file's content where there is a file: symbols are made anew for every compilation of a compiler that stays in memory.
    private static readonly ConditionalWeakTable<object, AssemblyConcerns> Cache = new();

    private AssemblyConcerns(IAssemblySymbol assembly)
    {
        if (KnowsVocabulary(assembly))
            Visit(assembly.GlobalNamespace);
    }

    public Dictionary<string, Concern> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>The families of memory that its members allocate.</summary>
    public HashSet<string> Families { get; } = new(StringComparer.Ordinal);

    public static AssemblyConcerns Of(IAssemblySymbol assembly, Compilation compilation)
    {
        var reference = compilation.GetMetadataReference(assembly) as PortableExecutableReference;
        return Cache.GetValue((object?)reference?.GetMetadataId() ?? assembly, _ => new AssemblyConcerns(assembly));
    }

    private static bool KnowsVocabulary(IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == AnnotationsAssembly))
        || assembly.TypeNames.Contains("MightSleepAttribute");

    private void Visit(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers())
        {
            switch (member)
            {
                case INamespaceSymbol space:
                    Visit(space);
                    break;
                case INamedTypeSymbol type when IsVisible(type):
                    Add(type.Name, AttributeReader.ReadType(type));
                    AddHandlers(type);
                    if (type.TypeKind == TypeKind.Delegate)
                        AddPromise(type.Name, AttributeReader.ReadType(type));
                    Visit(type);
                    break;
                case IMethodSymbol method when IsVisible(method):
                    Add(NameOf(method), AttributeReader.ReadMethod(method));
                    AddFlagTypes(method);
                    if (method.IsAbstract || method.IsVirtual || method.IsOverride)
                        AddPromise(NameOf(method), AttributeReader.ReadMethod(method));
                    foreach (var parameter in method.Parameters)
                        AddDelegate(method, parameter.Type);
                    break;
                case IFieldSymbol field when IsVisible(field):
                    AddDelegate(field, field.Type);
                    break;
                case IPropertySymbol property when IsVisible(property):
                    AddDelegate(property, property.Type);
                    break;
            }
        }
    }

    // What is converted to the delegate runs as its type says; who does so need not name the type.
    private void AddDelegate(ISymbol member, ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Delegate } callback)
        {
            Add(member.Name, AttributeReader.ReadType(callback.OriginalDefinition));
            AddPromise(member.Name, AttributeReader.ReadType(callback.OriginalDefinition));
        }
    }

    // Of functions that nobody can override, the promise is their own matter.
    private void AddPromise(string name, IEnumerable<ContractClause> clauses)
    {
        if (clauses.Any(clause => clause.Word == "NeverSleeps"))
            Add(name, Concern.Promises);
    }

    private static bool IsVisible(ISymbol member) => member.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.Constructor
        ? method.ContainingType.Name
        : method.AssociatedSymbol?.Name ?? method.Name;

    private void AddFlagTypes(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters.Where(parameter => parameter.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "GfpFlagsAttribute")))
            Add(parameter.Type.Name, Concern.Flags);
    }

    // A method to be made a handler of may be known by nothing but the types of its signature.
    private void AddHandlers(INamedTypeSymbol type)
    {
        if (type.DelegateInvokeMethod is not { } invoke || !AttributeReader.ReadType(type).Any(clause => clause.Word == "AtomicContext"))
            return;

        foreach (var mentioned in invoke.Parameters.Select(parameter => parameter.Type).Append(invoke.ReturnType).OfType<INamedTypeSymbol>())
        {
            if (mentioned.SpecialType == SpecialType.None)
                Add(mentioned.Name, Concern.Kernel);
        }
    }

    private void Add(string name, IEnumerable<ContractClause> clauses)
    {
        foreach (var clause in clauses)
        {
            var concern = Concerns.OfAttribute(clause.Word);
            if (concern != Concern.None)
                Add(name, concern);
            if (clause.Word == "Allocates")
                Families.UnionWith(clause.Arguments.OfType<string>());
        }
    }

    private void Add(string name, Concern concern) =>
        Names[name] = concern | (Names.TryGetValue(name, out var known) ? known : Concern.None);
}
