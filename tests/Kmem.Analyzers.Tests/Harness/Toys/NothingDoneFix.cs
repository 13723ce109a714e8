using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Offers an action without any change.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class NothingDoneFix : ToyFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(new EmptyAction(), context.Diagnostics);
        return Task.CompletedTask;
    }

    private sealed class EmptyAction : CodeAction
    {
        public override string Title => "Do nothing";

        public override string EquivalenceKey => Title;

        protected override Task<IEnumerable<CodeActionOperation>> ComputeOperationsAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<CodeActionOperation>>([]);
    }
}
