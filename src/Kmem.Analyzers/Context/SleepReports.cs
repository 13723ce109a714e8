using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Context;

/// <summary>Gathers what sleeps inside sections: one report for each place, however many paths lead there.</summary>
internal sealed class SleepReports
{
    private readonly Dictionary<TextSpan, (SleepOccurrence Occurrence, OpenSection Reason)> _reports = new();
    private readonly SectionLog _log;

    public SleepReports(SectionLog log) => _log = log;

    public void Add(SleepOccurrence occurrence, OpenSection reason)
    {
        var span = SpanOf(occurrence);
        if (!_reports.ContainsKey(span))
            _reports.Add(span, (occurrence, reason));
    }

    public IEnumerable<Diagnostic> Diagnostics() =>
        _reports.Values.Where(report => !_log.IsGivenBack(report.Reason, report.Occurrence.Node)).Select(report => Create(report.Occurrence, report.Reason));

    private Diagnostic Create(SleepOccurrence occurrence, OpenSection reason)
    {
        var decidedByFlags = occurrence.Flags is { Syntax: not null };
        var rule = reason.IsPromise ? Rules.BrokenPromise : reason.IsPerCpu ? Rules.SleepInPerCpuSection : decidedByFlags ? Rules.SleepingFlags : Rules.SleepingCall;
        var detail = rule == Rules.SleepingFlags ? TextOf(occurrence.Flags!, occurrence) : Through(occurrence);
        return Diagnostic.Create(
            rule,
            reason.IsPromise ? occurrence.Node.GetLocation() : LocationOf(occurrence),
            Story(occurrence, reason),
            Properties(occurrence, reason),
            occurrence.Name,
            detail,
            reason.Reason());
    }

    private static string TextOf(FlagsArgument flags, SleepOccurrence occurrence) =>
        flags is { Type: { } type, Value: ConstantValue { Bits: { } bits } } && flags.Syntax == occurrence.Node.AsNode()
            ? FlagBits.Spell(type, bits)
            : flags.Syntax!.ToString();

    private static object Through(SleepOccurrence occurrence) =>
        occurrence.Sleeper.Length == 0 ? "" : Rules.Text("Sleep_Through", occurrence.Sleeper);

    private static IEnumerable<Location> Story(SleepOccurrence occurrence, OpenSection reason)
    {
        if (reason.Site is { } entered)
            yield return entered.GetLocation();
        foreach (var step in occurrence.Way)
        {
            if (step.GetLocation() is { } location)
                yield return location;
        }
    }

    private ImmutableDictionary<string, string?> Properties(SleepOccurrence occurrence, OpenSection reason)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string?>();
        if (occurrence.Callee?.OriginalDefinition.GetDocumentationCommentId() is { } callee)
            properties[DiagnosticProperties.Callee] = callee;
        if (occurrence.Flags is { Type: { } type } flags)
        {
            properties[DiagnosticProperties.FlagsType] = type.ToDisplayString();
            properties[DiagnosticProperties.FlagReplacements] = AllocationFlags.Replacements(type);
            properties[DiagnosticProperties.WholeFlags] = AllocationFlags.AtomicVersion(type, (flags.Value as ConstantValue)?.Bits ?? 0);
        }

        if (reason.Site is { } entered && entered.SyntaxTree == occurrence.Node.SyntaxTree)
        {
            properties[DiagnosticProperties.EnterSpan] = DiagnosticProperties.Text(entered.Span);
            if (_log.OnlyLeaveOf(entered) is { } leave)
                properties[DiagnosticProperties.LeaveSpan] = DiagnosticProperties.Text(leave.Span);
        }

        return properties.ToImmutable();
    }

    private static TextSpan SpanOf(SleepOccurrence occurrence) => occurrence.Flags?.Syntax?.Span ?? occurrence.Node.Span;

    private static Location LocationOf(SleepOccurrence occurrence) =>
        occurrence.Flags?.Syntax?.GetLocation() ?? occurrence.Node.GetLocation() ?? Location.None;
}
