using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers;

/// <summary>Whether a rule's reports reach anybody: a build shows nothing of what is hidden, and should not have to pay for it.</summary>
internal static class RuleAudience
{
    /// <param name="shown">The least severity that whoever runs the analyzers shows.</param>
    public static bool IsThere(DiagnosticDescriptor rule, DiagnosticSeverity shown, Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        if (rule.DefaultSeverity >= shown)
            return true;
        if (compilation.Options.SpecificDiagnosticOptions.TryGetValue(rule.Id, out var chosen) && IsShown(chosen, shown))
            return true;

        var provider = compilation.Options.SyntaxTreeOptionsProvider;
        return (provider?.TryGetGlobalDiagnosticValue(rule.Id, cancellation, out var everywhere) == true && IsShown(everywhere, shown))
            || compilation.SyntaxTrees.Any(tree =>
                (provider?.TryGetDiagnosticValue(tree, rule.Id, cancellation, out var here) == true && IsShown(here, shown))
                || RaisesAll(options.AnalyzerConfigOptionsProvider.GetOptions(tree), rule));
    }

    // Rules of a category, or all of them, can be raised together. Which severity is meant, the driver knows better.
    private static bool RaisesAll(AnalyzerConfigOptions options, DiagnosticDescriptor rule) =>
        options.TryGetValue("dotnet_analyzer_diagnostic.severity", out _)
        || options.TryGetValue("dotnet_analyzer_diagnostic.category-" + rule.Category + ".severity", out _);

    private static bool IsShown(ReportDiagnostic chosen, DiagnosticSeverity shown) => chosen switch
    {
        ReportDiagnostic.Error => true,
        ReportDiagnostic.Warn => shown <= DiagnosticSeverity.Warning,
        ReportDiagnostic.Info => shown <= DiagnosticSeverity.Info,
        ReportDiagnostic.Hidden => shown == DiagnosticSeverity.Hidden,
        _ => false,
    };
}
