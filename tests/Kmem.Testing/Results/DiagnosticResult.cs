using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic that a test expects. The first location is the primary one, further ones are the additional locations in order.</summary>
public readonly record struct DiagnosticResult
{
    private readonly ImmutableArray<DiagnosticLocation> _spans;
    private readonly string? _message;
    private readonly bool _anyMessage;

    /// <summary>Expects <paramref name="id"/> with any message.</summary>
    public DiagnosticResult(string id, DiagnosticSeverity severity)
    {
        Id = id;
        Severity = severity;
    }

    /// <summary>Expects the descriptor's id, default severity and message (see <see cref="WithArguments"/>).</summary>
    public DiagnosticResult(DiagnosticDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        Id = descriptor.Id;
        Severity = descriptor.DefaultSeverity;
        MessageFormat = descriptor.MessageFormat;
    }

    /// <summary>The diagnostic's id.</summary>
    public string Id { get; }

    /// <summary>The severity, compared unless <see cref="DiagnosticOptions.IgnoreSeverity"/> is set.</summary>
    public DiagnosticSeverity Severity { get; private init; }

    /// <summary>What the comparison leaves out.</summary>
    public DiagnosticOptions Options { get; private init; }

    /// <summary>The message before its arguments are filled in, or null.</summary>
    public LocalizableString? MessageFormat { get; private init; }

    /// <summary>The arguments of <see cref="MessageFormat"/>, or null for none.</summary>
    public object?[]? MessageArguments { get; private init; }

    /// <summary>Whether the diagnostic must be suppressed; null when that does not matter.</summary>
    public bool? IsSuppressed { get; private init; }

    /// <summary>The primary location and the additional ones.</summary>
    public ImmutableArray<DiagnosticLocation> Spans
    {
        get => _spans.IsDefault ? [] : _spans;
        private init => _spans = value;
    }

    /// <summary>False when the diagnostic is expected to belong to no place.</summary>
    public bool HasLocation => !Spans.IsEmpty;

    /// <summary>The expected message, or null when any will do.</summary>
    public string? Message => _anyMessage ? null : _message ?? FormatMessage();

    /// <summary>Expects an error of the compiler.</summary>
    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);

    /// <summary>Expects a warning of the compiler.</summary>
    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);

    /// <summary>Expects this severity.</summary>
    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };

    /// <summary>Leaves something out of the comparison.</summary>
    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };

    /// <summary>Expects the descriptor's message with these arguments.</summary>
    public DiagnosticResult WithArguments(params object[] arguments) => this with { MessageArguments = arguments };

    /// <summary>Expects exactly this message; null accepts any.</summary>
    public DiagnosticResult WithMessage(string? message) => new(this, message);

    /// <summary>Expects the diagnostic suppressed (true), not suppressed (false), or either (null).</summary>
    public DiagnosticResult WithIsSuppressed(bool? isSuppressed) => this with { IsSuppressed = isSuppressed };

    /// <summary>Expects the diagnostic at no place.</summary>
    public DiagnosticResult WithNoLocation() => this with { Spans = [] };

    /// <summary>Adds the place marked <c>{|#key:text|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey) => WithLocation(markupKey, DiagnosticLocationOptions.None);

    /// <summary>Adds the place marked <c>{|#key:text|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey, DiagnosticLocationOptions options) =>
        Add(new FileLinePositionSpan(MarkupKey(markupKey), default, default), options | DiagnosticLocationOptions.InterpretAsMarkupKey);

    /// <summary>Adds a start in the first source file; line and column count from 1.</summary>
    public DiagnosticResult WithLocation(int line, int column) => WithLocation("", line, column);

    /// <summary>Adds a start in the file <paramref name="path"/>; line and column count from 1.</summary>
    public DiagnosticResult WithLocation(string path, int line, int column)
    {
        var start = new LinePosition(line - 1, column - 1);
        return Add(new FileLinePositionSpan(path, start, start), DiagnosticLocationOptions.IgnoreLength);
    }

    /// <summary>Adds a span in the first source file; lines and columns count from 1, the end is exclusive.</summary>
    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan("", startLine, startColumn, endLine, endColumn);

    /// <summary>Adds a span in the file <paramref name="path"/>; lines and columns count from 1, the end is exclusive.</summary>
    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        Add(
            new FileLinePositionSpan(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)),
            DiagnosticLocationOptions.None);

    /// <inheritdoc/>
    public override string ToString()
    {
        string place = HasLocation ? string.Join(" + ", Spans.Select(Describe)) : "no location";
        string severity = Options.HasFlag(DiagnosticOptions.IgnoreSeverity) ? "" : $" {Severity}";
        return $"{place}:{severity} {Id}{(Message is null ? "" : $": {Message}")}{(IsSuppressed is true ? " (suppressed)" : "")}";
    }

    internal static string MarkupKey(int key) => "#" + key.ToString(CultureInfo.InvariantCulture);

    internal DiagnosticResult WithSpans(IEnumerable<DiagnosticLocation> spans) => this with { Spans = [.. spans] };

    private DiagnosticResult(DiagnosticResult source, string? message)
    {
        this = source;
        _message = message;
        _anyMessage = message is null;
    }

    private static string Describe(DiagnosticLocation location) =>
        location.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength)
            ? $"{location.Span.Path}({location.Span.StartLinePosition.Line + 1},{location.Span.StartLinePosition.Character + 1})"
            : Places.Describe(location.Span);

    private DiagnosticResult Add(FileLinePositionSpan span, DiagnosticLocationOptions options) =>
        this with { Spans = Spans.Add(new DiagnosticLocation(span, options)) };

    private string? FormatMessage()
    {
        string? format = MessageFormat?.ToString(CultureInfo.InvariantCulture);
        if (format is null)
            return null;
        try
        {
            return string.Format(CultureInfo.InvariantCulture, format, MessageArguments ?? []);
        }
        catch (FormatException)
        {
            // Too few arguments were given: the raw format then shows up as the difference.
            return format;
        }
    }
}
