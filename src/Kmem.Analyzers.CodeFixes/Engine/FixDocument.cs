using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>All that fixes look at in a document, read once for however many diagnostics.</summary>
internal sealed class FixDocument
{
    private readonly Lazy<ContractTable> _contracts;

    private FixDocument(Project project, SyntaxNode root, SemanticModel model, SourceText text, CancellationToken cancellation)
    {
        _contracts = new Lazy<ContractTable>(() => ReadContracts(project.AnalyzerOptions, cancellation));
        Root = root;
        Model = model;
        Text = text;
        Options = project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(root.SyntaxTree);
        Cancellation = cancellation;
    }

    public SyntaxNode Root { get; }

    public SemanticModel Model { get; }

    public SourceText Text { get; }

    public ContractTable Contracts => _contracts.Value;

    /// <summary>What <c>.editorconfig</c> says for the document.</summary>
    public AnalyzerConfigOptions Options { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Null for a document that has no syntax or no meaning.</summary>
    public static async Task<FixDocument?> ReadAsync(Document document, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null)
            return null;

        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return new FixDocument(document.Project, root, model, text, cancellation);
    }

    private static bool Parse(SourceText text, SourceTextValueProvider<ContractFile> parser, out ContractFile? file)
    {
        file = ContractFileParser.Parse(text.ToString());
        return true;
    }

    private static ContractTable ReadContracts(AnalyzerOptions options, CancellationToken cancellation) => new(FileContracts.With(
        ContractFiles.Of(options.AdditionalFiles, Parse, cancellation)));
}
