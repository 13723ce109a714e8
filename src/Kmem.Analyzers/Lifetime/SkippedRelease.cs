using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Where an exception may come while memory is there.</summary>
/// <param name="Thrower">What throws it, for the message.</param>
/// <param name="IsOwn">Only this body can release the memory then.</param>
internal sealed record Exposure(SyntaxNode At, string Thrower, bool IsOwn);

/// <summary>A release of memory that was not released before.</summary>
internal sealed record PlainRelease(SyntaxNode At, string Function);

/// <summary>
/// What becomes of one piece of memory in a body: where exceptions may come, and where it is released or handed on. Finds what
/// one of them would skip.
/// </summary>
internal sealed class SkippedRelease
{
    private static readonly char[] InFrontOfName = { '.', '>', ' ' };

    private readonly List<Exposure> _exposures = new();
    private readonly List<PlainRelease> _releases = new();
    private readonly List<SyntaxNode> _handedOn = new();
    private readonly HashSet<SyntaxNode> _lent = new();
    private readonly HashSet<SyntaxNode> _uses = new();

    public SkippedRelease(Memory memory) => Memory = memory;

    public Memory Memory { get; }

    public void Add(Exposure exposure)
    {
        if (!_exposures.Contains(exposure))
            _exposures.Add(exposure);
    }

    public void Add(PlainRelease release)
    {
        if (!_releases.Contains(release))
            _releases.Add(release);
    }

    /// <summary>The memory is returned or stored there: somebody else releases it then.</summary>
    public void AddHandedOn(SyntaxNode at)
    {
        if (!_handedOn.Contains(at))
            _handedOn.Add(at);
    }

    /// <summary>Some path leaves the memory to whoever it was passed to: so does an exception behind that.</summary>
    public bool IsTakenOver { get; set; }

    /// <summary>A native function of which nothing is known gets it there.</summary>
    public void AddLent(SyntaxNode at) => _lent.Add(at);

    /// <summary>It is used there, although somebody else may have taken it over.</summary>
    public void AddUse(SyntaxNode at) => _uses.Add(at);

    /// <summary>How many places release the memory.</summary>
    public int Releases => _releases.Count;

    /// <summary>The first exception that nothing is prepared for, and the release that it would skip (null: it keeps the memory from others); null where there is none.</summary>
    public (Exposure Exposure, PlainRelease? Release)? Find()
    {
        if (Memory.Holder.Length == 0)
            return null;

        foreach (var exposure in _exposures.OrderBy(each => each.At.SpanStart))
        {
            if ((IsTakenOver && !exposure.IsOwn) || _releases.Exists(release => release.At == exposure.At) || IsInHandler(exposure.At) || IsPrepared(exposure.At))
                continue;
            if (ReleaseBehind(exposure.At) is { } release)
                return (exposure, release);
            if (exposure.IsOwn && _handedOn.Exists(at => at.Span.End > exposure.At.Span.End))
                return (exposure, null);
        }

        return null;
    }

    /// <summary>
    /// The release in a <c>catch</c>, where there is none for code that does not fail, and where native functions that may have taken the
    /// memory over have not: it is used behind them. Null where that is not so.
    /// </summary>
    public PlainRelease? FindInHandlerAlone() =>
        Memory.Holder.Length > 0 && _handedOn.Count == 0 && _lent.Count > 0 && _releases.Count > 0 && _releases.TrueForAll(release => IsInCatch(release.At))
        && _uses.Any(use => _lent.All(lent => lent.Span.End < use.SpanStart)) && Body().DescendantNodes().OfType<IdentifierNameSyntax>().All(IsFollowed)
            ? _releases[0]
            : null;

    // Nothing but native functions and uses that are known get the memory.
    private bool IsFollowed(IdentifierNameSyntax name) => name.Identifier.ValueText != Name || IsInHandler(name)
        || name.AncestorsAndSelf().Any(each => _lent.Contains(each) || _uses.Contains(each) || each == Memory.Site)
        || name.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } or IsPatternExpressionSyntax
        || (name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name && assignment.Right.Span.Contains(Memory.Site.Span));

    private SyntaxNode Body() => Around(Memory.Site).Last();

    private PlainRelease? ReleaseBehind(SyntaxNode at) =>
        _releases.Where(release => release.At.SpanStart > at.Span.End && !IsInHandler(release.At)).OrderBy(release => release.At.SpanStart).FirstOrDefault();

    // A handler that has to do with the memory, or that lets the code go on to where it is released.
    private bool IsPrepared(SyntaxNode at) => TriesAround(at).Any(attempt =>
        MentionsMemory(attempt.Finally) || attempt.Catches.Any(MentionsMemory)
        || (attempt.Catches.Any(GoesOn) && !EndsIn(attempt.Block)));

    private bool EndsIn(BlockSyntax block) => _releases.Exists(release => block.Span.Contains(release.At.Span)) || _handedOn.Exists(at => block.Span.Contains(at.Span));

    private static IEnumerable<TryStatementSyntax> TriesAround(SyntaxNode node) =>
        Around(node).OfType<TryStatementSyntax>().Where(attempt => attempt.Block.Span.Contains(node.Span));

    private static bool IsInCatch(SyntaxNode node) => Around(node).OfType<CatchClauseSyntax>().Any();

    private static bool IsInHandler(SyntaxNode node) => Around(node).Any(each => each is CatchClauseSyntax or FinallyClauseSyntax);

    private static IEnumerable<SyntaxNode> Around(SyntaxNode node) =>
        node.Ancestors().TakeWhile(each => each is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) || each is GlobalStatementSyntax);

    private static bool GoesOn(CatchClauseSyntax handler) => handler.Block.Statements.LastOrDefault() is not ThrowStatementSyntax;

    private bool MentionsMemory(SyntaxNode? handler) => handler is not null
        && (_releases.Exists(release => handler.Span.Contains(release.At.Span)) || handler.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == Name));

    // The last name of `this.buffer` or `dev->buf`.
    private string Name => Memory.Holder.Substring(Memory.Holder.LastIndexOfAny(InFrontOfName) + 1);
}
