using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>
/// What a method would leave undone if it returned behind an allocation: the calls further down that close a section opened in
/// front of it, or release memory; where there is none, the call by which another way out closes the section; and the releases
/// of memory that would otherwise be handed on.
/// </summary>
internal sealed class PendingCleanup
{
    private readonly StatementSyntax _allocation;
    private readonly FixSite _site;
    private readonly AssignedVariables _assigned;
    private readonly CallBalance _balance;
    private readonly Dictionary<string, int> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _memory = new(StringComparer.Ordinal);
    private readonly List<OwedCall> _owed = new();

    private PendingCleanup(StatementSyntax allocation, AssignedVariables assigned, FixSite site)
    {
        _allocation = allocation;
        _assigned = assigned;
        _site = site;
        _balance = new CallBalance(site);
    }

    /// <summary>In the order to write them; null where one of them cannot be written here.</summary>
    public static IReadOnlyList<OwedCall>? Find(StatementSyntax allocation, string holder, SyntaxNode function, AssignedVariables assigned, FixSite site)
    {
        var pending = new PendingCleanup(allocation, assigned, site);
        pending.NoteFront();
        pending._memory.Remove(holder);
        pending.ForgetFinally();
        if (!Statements.Behind(allocation).All(pending.TakeFromBehind))
            return null;

        pending.TakeFromOtherExits(function);
        pending.AddHeld(holder, function);
        return pending._owed;
    }

    // What surely ran before the allocation.
    private void NoteFront()
    {
        foreach (var statement in Statements.InFront(_allocation))
        {
            if (statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
                CallBalance.CallsIn(statement).ToList().ForEach(Note);
            else if (statement is IfStatementSyntax { Else: null } guard && FailureCheck.Of(guard) is not null && Denied(guard.Condition) is { } tried)
                Note(tried);
            else
                NoteBranches(statement);
        }

        foreach (var branch in Statements.AndEnclosing(_allocation).OfType<IfStatementSyntax>())
        {
            if (branch.Statement.Span.Contains(_allocation.Span) && Values.Bare(branch.Condition) is InvocationExpressionSyntax tried)
                Note(tried);
        }
    }

    private static InvocationExpressionSyntax? Denied(ExpressionSyntax condition) =>
        Values.Bare(condition) is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not ? Values.Bare(not.Operand) as InvocationExpressionSyntax : null;

    private void Note(InvocationExpressionSyntax call)
    {
        Forget(call);
        foreach (var opened in _balance.Opened(call))
            _sections[opened] = call.SpanStart;
        if (CallBalance.Stored(call) is { } place)
            _memory[place] = call.SpanStart;
    }

    // A place that is filled on some paths only has been given another value, null, before; what leaves the method says nothing of those that go on.
    private void NoteBranches(StatementSyntax statement)
    {
        foreach (var call in CallBalance.CallsIn(statement).Where(call => Statements.Enclosing(call) is { } inner && !IsOnWayOut(inner)))
        {
            foreach (var released in _balance.Released(call))
                _memory.Remove(released);
            if (_site.Allocates(call) && CallBalance.Stored(call) is { } place)
                _memory[place] = call.SpanStart;
        }
    }

    private static bool IsOnWayOut(StatementSyntax statement) => Statements.Siblings(statement) is { Count: > 0 } siblings && Jumps.Leaves(siblings[siblings.Count - 1]);

    private void Forget(InvocationExpressionSyntax call)
    {
        foreach (var undone in _balance.Undone(call))
        {
            _sections.Remove(undone);
            _memory.Remove(undone);
        }
    }

    // That runs on every way out.
    private void ForgetFinally()
    {
        foreach (var call in Statements.FinallyAround(_allocation).SelectMany(CallBalance.CallsIn))
            Forget(call);
    }

    private bool TakeFromBehind(StatementSyntax statement) =>
        (CallIn(statement) ?? ReleaseIfThere(statement)) is not { } call || !Undoes(call, memoryToo: true) || Take(call);

    // Behind it first: there the section is open for sure.
    private void TakeFromOtherExits(SyntaxNode function)
    {
        var others = Statements.OwnNodes(function).OfType<StatementSyntax>().Where(statement => !statement.Ancestors().Any(node => node is FinallyClauseSyntax)).ToList();
        foreach (var call in others.OrderBy(statement => statement.SpanStart < _allocation.SpanStart).Select(CallIn).OfType<InvocationExpressionSyntax>())
        {
            if (Undoes(call, memoryToo: false))
                Take(call);
        }
    }

    private static InvocationExpressionSyntax? CallIn(StatementSyntax statement) => (statement as ExpressionStatementSyntax)?.Expression as InvocationExpressionSyntax;

    // if (p != null) kfree(p), of a function that takes null for nothing.
    private InvocationExpressionSyntax? ReleaseIfThere(StatementSyntax statement) =>
        statement is IfStatementSyntax { Else: null } test
        && Statements.Body(test.Statement) is { Count: 1 } body && CallIn(body[0]) is { } call
        && _balance.Released(call).Any(place => NullTest.IsPassedBy(test.Condition, place)) && _balance.AcceptsNull(call)
            ? call
            : null;

    private bool Undoes(InvocationExpressionSyntax call, bool memoryToo) =>
        _balance.Undone(call).Any(undone => _sections.ContainsKey(undone) || (memoryToo && _memory.ContainsKey(undone)));

    // Each once: what has been undone is no longer open.
    private bool Take(InvocationExpressionSyntax call)
    {
        if (!_assigned.Cover(call))
            return false;

        var undone = _balance.Undone(call).Where(key => _sections.ContainsKey(key) || _memory.ContainsKey(key)).ToList();
        _owed.Add(new OwedCall(call + ";", undone, undone.Min(key => _sections.TryGetValue(key, out var at) ? at : _memory[key])));
        Forget(call);
        return true;
    }

    // What the analysis says is this method's still: released as on its other ways out, or as its family asks.
    private void AddHeld(string failed, SyntaxNode function)
    {
        var held = HeldRelease.Read(_site.Decision(DiagnosticProperties.Held)).Where(each => IsThere(SyntaxFactory.ParseExpression(each.Holder))).ToList();
        var places = new HashSet<string>(held.Select(each => each.Holder).Append(failed), StringComparer.Ordinal);
        var exits = Statements.OwnNodes(function).OfType<StatementSyntax>().Where(IsOnWayOut).Select(CallIn).OfType<InvocationExpressionSyntax>()
            .Where(call => _balance.ReleasedArguments(call).All(places.Contains) && _assigned.Cover(call)).ToList();

        var released = new HashSet<string>(
            _owed.SelectMany(owed => owed.Undone).Concat(Statements.FinallyAround(_allocation).SelectMany(CallBalance.CallsIn).SelectMany(_balance.Released)).Append(failed), StringComparer.Ordinal);
        foreach (var each in held.Where(each => !released.Contains(each.Holder)))
        {
            var exit = exits.Find(call => _balance.Released(call).Contains(each.Holder));
            if ((exit is null ? Text(each) : exit + ";") is not { } text)
                continue;

            released.UnionWith(exit is null ? [each.Holder] : _balance.Released(exit));
            _owed.Add(new OwedCall(text, [each.Holder], each.TakenAt));
        }
    }

    private string? Text(HeldRelease held) => ReleaseText.Of(held.Holder, held.Release, held.MayBeNull, _allocation.SpanStart, _site.Model);

    // An element's number may be another by now.
    private bool IsThere(ExpressionSyntax holder) => !holder.DescendantNodesAndSelf().Any(node => node is ElementAccessExpressionSyntax)
        && holder.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().First() is { } root
        && (_site.Model.GetSpeculativeSymbolInfo(_allocation.SpanStart, SyntaxFactory.ParseExpression(root.Identifier.Text), SpeculativeBindingOption.BindAsExpression).Symbol is not ILocalSymbol local
            || _assigned.Contains(local));
}
