using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Flow;

/// <summary>The reports of one run, in the order of the code: one for each rule and place, however many paths lead there.</summary>
internal sealed class ReportList : IReports
{
    // Most bodies are in order.
    private Dictionary<(string Id, TextSpan Span), Diagnostic>? _reports;

    public bool IsEmpty => _reports is null;

    public void Add(Diagnostic diagnostic)
    {
        _reports ??= new Dictionary<(string Id, TextSpan Span), Diagnostic>();
        var key = (diagnostic.Id, diagnostic.Location.SourceSpan);
        if (!_reports.ContainsKey(key))
            _reports.Add(key, diagnostic);
    }

    public IEnumerable<Diagnostic> Diagnostics() => _reports is null
        ? Enumerable.Empty<Diagnostic>()
        : _reports.OrderBy(report => report.Key.Span.Start).Select(report => report.Value);
}
