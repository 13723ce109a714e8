using System.Reflection;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks that editors and <c>dotnet format</c> find a fix: they look for its export, and make it without arguments.</summary>
internal static class FixExport
{
    public static void Verify(Type fix, IVerifier verifier)
    {
        ExportCodeFixProviderAttribute? export = fix.GetCustomAttribute<ExportCodeFixProviderAttribute>(inherit: false);
        if (export is null || !export.Languages.Contains(LanguageNames.CSharp))
            verifier.Fail($"{fix} needs [ExportCodeFixProvider(LanguageNames.CSharp)]: without it neither editors nor 'dotnet format' find the fix.");
        if (fix.IsAbstract || fix.GetConstructor(Type.EmptyTypes) is null)
            verifier.Fail($"{fix} must be concrete and have a public constructor without parameters, or 'dotnet format' does not load the fix.");
    }
}
