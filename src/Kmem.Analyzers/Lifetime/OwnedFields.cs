using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What a type with an end of its own keeps in its private fields: whether anybody releases it (KMEM2013), or two objects do (KMEM2003).</summary>
internal sealed class OwnedFields
{
    private readonly AnalyzedProgram _program;
    private readonly FieldFamilies _fields;

    public OwnedFields(AnalyzedProgram program, FieldFamilies fields)
    {
        _program = program;
        _fields = fields;
    }

    public void Check(INamedTypeSymbol type, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (!HasEnd(type))
            return;

        foreach (var field in type.GetMembers().OfType<IFieldSymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            if (field is { IsStatic: false, IsConst: false, IsImplicitlyDeclared: false, DeclaredAccessibility: Accessibility.Private } && MayOwn(field.Type))
                Check(field, report);
        }
    }

    private void Check(IFieldSymbol field, Action<Diagnostic> report)
    {
        var uses = FieldUses.Of(field, _program);
        if (SharedByCopy.Find(field, uses.Releases, _program) is { } shared)
            report(Create(field, uses.Releases[0], shared));
        var atEnd = uses.Releases.Where(release => !FieldUses.IsInFailedConstructor(release)).ToList();
        var ends = atEnd.Where(release => !FieldUses.IsToReplace(release, field)).ToList();
        if (uses.IsHandedOut || (ends.Count == 0 && atEnd.Count > 0) || !ends.TrueForAll(FieldUses.IsForDisposingOnly))
            return;
        if (_fields.Find(field).FirstOrDefault(memory => memory.Family.Length > 0) is not { } memory)
            return;

        var story = memory.Way.Insert(0, memory.Site).Select(step => step.GetLocation());
        if (ends.Count == 0)
            report(Create(field.Locations[0], story, Rules.Text("Field_NeverReleased", field.Name, CallSite.NameOf(memory.Origin), field.ContainingType.Name)));
        else
            report(Create(ends[0].GetLocation(), story, Rules.Text("Field_OnlyDisposing", field.Name)));
    }

    private static Diagnostic Create(Location place, IEnumerable<Location> story, LocalizableString message) =>
        Diagnostic.Create(Rules.FieldNeverReleased, place, story, message);

    private static Diagnostic Create(IFieldSymbol field, InvocationExpressionSyntax release, SharedByCopy shared)
    {
        var argument = release.DescendantNodes().OfType<IdentifierNameSyntax>().First(name => name.Identifier.ValueText == field.Name);
        return Diagnostic.Create(Rules.ReleasedTwice, argument.GetLocation(), new[] { shared.Copy.GetLocation() }, field.Name, Rules.Text("Ending_Shared", shared.Member));
    }

    private static bool HasEnd(INamedTypeSymbol type) => type.TypeKind is TypeKind.Class or TypeKind.Struct
        && (type.AllInterfaces.Any(each => each.SpecialType == SpecialType.System_IDisposable)
            || type.GetMembers().OfType<IMethodSymbol>().Any(method => method.MethodKind == MethodKind.Destructor));

    // Pointers, addresses, and handles that release themselves.
    private bool MayOwn(ITypeSymbol type) => type is IPointerTypeSymbol
        || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr
        || (type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None }
            && type.GetMembers().OfType<IMethodSymbol>().Any(method => _program.Contracts.Get(method).This.Frees is not null));
}
