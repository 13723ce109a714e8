using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Context;

/// <summary>Gathers what is done without what it needs: a lock, preemption disabled, a section that is still open; or with more than it needs.</summary>
internal sealed class NeedsReports
{
    private readonly BalanceReports _balance;
    private readonly Dictionary<TextSpan, (Diagnostic Report, SectionKey? Lock)> _found = new();
    private readonly Dictionary<TextSpan, (Diagnostic Report, bool IsCertain)> _flags = new();
    private readonly HashSet<TextSpan> _chosen = new();

    public NeedsReports(BalanceReports balance) => _balance = balance;

    /// <summary>A call that makes sense only where preemption is disabled, where it is not.</summary>
    public void AddPreemptible(SyntaxNodeOrToken call, string callee, IMethodSymbol? method)
    {
        if (!_found.ContainsKey(call.Span) && (method is null || !IsHelper(method)))
            _found.Add(call.Span, (Diagnostic.Create(Rules.PreemptibleProcessorId, call.GetLocation(), callee), null));
    }

    /// <summary>A call of a method whose caller must hold a lock, where it is not held.</summary>
    /// <param name="lockText">The lock as the caller would write it; empty: any.</param>
    public void AddNotHeld(SyntaxNodeOrToken call, string callee, SectionKey section, string lockText)
    {
        if (_found.ContainsKey(call.Span))
            return;

        var properties = lockText.Length == 0 ? null : ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, lockText);
        var needed = lockText.Length == 0 ? Rules.Text("Needs_AnySpinlock") : Rules.Text("Section_Spinlock", lockText);
        _found.Add(call.Span, (Diagnostic.Create(Rules.LockNotHeld, call.GetLocation(), properties, callee, needed), section));
    }

    /// <summary>A reference into per-CPU data is used behind its section.</summary>
    public void AddStale(SyntaxNode use, StaleHandle handle)
    {
        // Following a pointer and reading what is there is one use.
        if (!_found.Keys.Any(use.Span.Contains))
            _found.Add(use.Span, (Diagnostic.Create(Rules.StalePerCpuReference, use.GetLocation(), new[] { handle.Leave.GetLocation() }, use.ToString(), handle.Name), null));
    }

    /// <summary>A lock is taken that is a copy of the one that is meant.</summary>
    public void AddCopy(SyntaxNodeOrToken copy, string name)
    {
        if (!_found.ContainsKey(copy.Span))
            _found.Add(copy.Span, (Diagnostic.Create(Rules.CopiedLock, copy.GetLocation(), Rules.Text("Copy_Taken", name)), null));
    }

    /// <summary>Atomic flags are passed: reported where the code may sleep for certain, on every path.</summary>
    public void AddAtomicFlags(FlagsArgument flags, string callee, bool isCertain)
    {
        var span = flags.Syntax!.Span;
        if (_flags.TryGetValue(span, out var known))
        {
            _flags[span] = (known.Report, known.IsCertain && isCertain);
            return;
        }

        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.FlagsType, flags.Type!.ToDisplayString())
            .Add(DiagnosticProperties.FlagReplacements, AllocationFlags.SleepingReplacements);
        _flags.Add(span, (Diagnostic.Create(Rules.NeedlesslyAtomic, flags.Syntax.GetLocation(), properties, callee), isCertain));
    }

    /// <summary>Other flags are passed there on some path: who chooses knows why.</summary>
    public void AddOtherFlags(SyntaxNode flags) => _chosen.Add(flags.Span);

    // A body that drops a lock which it has not taken is called with that lock held.
    public IEnumerable<Diagnostic> Diagnostics() => _found.Values
        .Where(found => found.Lock is null || !_balance.LeavesCallers(found.Lock))
        .Select(found => found.Report)
        .Concat(_flags.Where(found => found.Value.IsCertain && !_chosen.Contains(found.Key)).Select(found => found.Value.Report));

    // What only its own type can call, and calls, may count on what its callers do.
    private static bool IsHelper(IMethodSymbol method) => method.DeclaredAccessibility == Accessibility.Private
        && method.ContainingType.DeclaringSyntaxReferences.Any(part => part.GetSyntax().DescendantNodes()
            .Any(node => node is InvocationExpressionSyntax call && NameOf(call) == method.Name && !IsInside(call, method)));

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => "",
    };

    private static bool IsInside(SyntaxNode node, IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == node.SyntaxTree && reference.Span.Contains(node.Span));
}
