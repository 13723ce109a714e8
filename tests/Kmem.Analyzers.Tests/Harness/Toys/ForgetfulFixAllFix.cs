using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Fixes one by one well, but of all at once only the first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ForgetfulFixAllFix : ToyFix
{
    public override FixAllProvider? GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await RenameAsync(document, diagnostics.Take(1), name => name.ToUpperInvariant(), context.CancellationToken));
}
