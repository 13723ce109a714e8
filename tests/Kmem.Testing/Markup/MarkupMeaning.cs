using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Turns the markup of a file into the diagnostics it expects.</summary>
internal sealed class MarkupMeaning(ImmutableArray<DiagnosticAnalyzer> analyzers, MarkupOptions options, DiagnosticDescriptor? defaultDescriptor)
{
    public MarkupOptions Options => options;

    public DiagnosticResult Expect(MarkedSpan span, FileLinePositionSpan place)
    {
        DiagnosticResult result = span.Name is null ? new DiagnosticResult(DefaultDescriptor()) : Named(span.Name);
        return result
            .WithMessage(null)
            .WithOptions(DiagnosticOptions.IgnoreSeverity | DiagnosticOptions.IgnoreAdditionalLocations)
            .WithSpans([new DiagnosticLocation(place, DiagnosticLocationOptions.None)]);
    }

    private DiagnosticDescriptor DefaultDescriptor()
    {
        if (defaultDescriptor is not null)
            return defaultDescriptor;
        if (analyzers.IsEmpty)
            throw new InvalidOperationException("'[|text|]' needs an analyzer; this test has none.");
        return Choose(analyzers[0].SupportedDiagnostics, "'[|text|]'", "name the rule: '{|ID:text|}'");
    }

    private DiagnosticResult Named(string id)
    {
        DiagnosticDescriptor[] descriptors =
            [.. analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Where(descriptor => descriptor.Id == id)];
        return descriptors.Length == 0
            ? DiagnosticResult.CompilerError(id)
            : new DiagnosticResult(Choose(descriptors, $"'{{|{id}:text|}}'", "expect it by ExpectedDiagnostics"));
    }

    private DiagnosticDescriptor Choose(IReadOnlyList<DiagnosticDescriptor> descriptors, string markup, string advice)
    {
        if (descriptors.Count == 0)
            throw new InvalidOperationException($"{markup}: the analyzer supports no rule.");
        if (descriptors.Count == 1 || options.HasFlag(MarkupOptions.UseFirstDescriptor))
            return descriptors[0];
        throw new InvalidOperationException(
            $"{markup} may mean any of {descriptors.Count} descriptors: {advice}, or set MarkupOptions.UseFirstDescriptor.");
    }
}
