using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <summary>May this code sleep here? And is what it enters left again? Rules KMEM1001 to 1013 for one compilation.</summary>
internal sealed class ContextAnalysis
{
    private readonly AnalyzedProgram _program;
    private readonly SummaryTable _summaries;
    private readonly LockTypes _locks;
    private readonly CallersNeeds _callers;

    /// <param name="bodiesOf">The bodies of a method and of all functions inside, with the contexts they run in.</param>
    public ContextAnalysis(
        AnalyzedProgram program, Func<IMethodSymbol, bool> mayMatter, Func<IMethodSymbol, CancellationToken, IEnumerable<(MethodGraph Graph, BodyContract Context)>> bodiesOf)
    {
        _program = program;
        _callers = new CallersNeeds((method, cancellation) => PrivateCalls.CallersOf(method, program.Compilation, cancellation)
            .SelectMany(caller => bodiesOf(caller, cancellation))
            .Where(body => body.Context.IsSpecified || body.Graph.Method is not { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            .Select(body => (body.Graph.Method, FindReports(body.Graph, InitialOf(body.Graph, body.Context), cancellation) as ContextReports)));
        _locks = new LockTypes(program.Contracts);
        _summaries = new SummaryTable(program, mayMatter, Summarizer);
    }

    /// <summary>A method, or the delegate that it is converted to, says that it never sleeps, and its body is to keep that.</summary>
    public bool IsPromise(IMethodSymbol? method, BodyContract body) => method is not null
        && (_program.Contracts.Get(method).Sleep is var sleep) && (sleep == SleepContract.Never || (body.PromisesNotToSleep && sleep == SleepContract.Unspecified));

    /// <summary>A lock in a read-only field: every use takes a copy.</summary>
    public void AnalyzeField(IFieldSymbol field, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (field is not { IsReadOnly: true, RefKind: RefKind.None } || field.DeclaringSyntaxReferences.Length != 1 || !_locks.Contains(field.Type))
            return;
        if (field.DeclaringSyntaxReferences[0].GetSyntax(cancellation) is VariableDeclaratorSyntax declaration)
            report(Diagnostic.Create(Rules.CopiedLock, declaration.Identifier.GetLocation(), Rules.Text("Copy_ReadOnly", field.Name)));
    }

    /// <summary>Analyses a body that runs in a given context.</summary>
    public void Analyze(MethodGraph graph, BodyContract body, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (FindReports(graph, InitialOf(graph, body), cancellation) is not ContextReports found)
            return;

        // Code that must not start I/O may sleep, but not with the flags that the rule would have.
        var forbidsKernelFlags = body.NoIo || body.NoFs;
        foreach (var diagnostic in found.Diagnostics(BodyPromise.Of(graph.Method, _program.Contracts, body)))
        {
            if (!forbidsKernelFlags || diagnostic.Id != Rules.NeedlesslyAtomic.Id)
                report(diagnostic);
        }

        foreach (var diagnostic in _callers.FindUnmet(graph.Method, found.Needs, cancellation))
            report(diagnostic);
    }

    /// <summary>Looks whether a method says to other assemblies that it may sleep.</summary>
    public void AnalyzeDeclaration(IMethodSymbol method, SyntaxNode declaration, BodyContract body, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (UndeclaredSleep.IsQuestion(method, _program.Contracts.Get(method), body)
            && _summaries.Get(method, cancellation) is { } summary && UndeclaredSleep.Find(method, declaration, summary) is { } found)
            report(found);
    }

    // A body that begins with nothing open is run once, for its reports and for its callers.
    private IReports? FindReports(MethodGraph graph, ContextState initial, CancellationToken cancellation)
    {
        if (initial.Equals(ContextState.Nothing))
            return _summaries.FindReports(graph, cancellation);

        var reports = new ContextReports();
        Run(graph, initial, reports, nesting: 0, cancellation);
        return reports;
    }

    private void Run(MethodGraph graph, ContextState initial, ContextReports reports, int nesting, CancellationToken cancellation) =>
        new Solver(graph, DomainOf(graph, _summaries, initial, reports, isForCallers: false, nesting), _program, cancellation).Run(new PathState(initial));

    // A summary tells what a body does whoever calls it: its own contract is what callers rely on instead.
    private ContextDomain Summarizer(MethodGraph graph, ISummarySource summaries) =>
        DomainOf(graph, summaries, ContextState.Nothing, new ContextReports(), isForCallers: true, nesting: 0);

    private ContextDomain DomainOf(
        MethodGraph graph, ISummarySource summaries, ContextState initial, ContextReports reports, bool isForCallers, int nesting)
    {
        const int MaxNesting = 4;
        return new ContextDomain(graph, _program.Contracts, initial, summaries, reports, isForCallers, CancellationToken.None)
        {
            IsInPlace = nesting > 0,
            RunInPlace = nesting >= MaxNesting ? null : (function, context) =>
                Run(graph.Nested(function.Lambda!, CancellationToken.None), context, reports, nesting + 1, CancellationToken.None),
        };
    }

    private ContextState InitialOf(MethodGraph graph, BodyContract body)
    {
        var method = graph.Method;
        var state = ContextState.Nothing with { IsProcess = body.Kind == BodyKind.Process };
        if (IsPromise(method, body) && !graph.AllEvents().Any(step => step is YieldEvent))
            state = state.Enter(OpenSection.OfPromise());
        if (body.Kind == BodyKind.Atomic)
            state = state.Enter(OpenSection.OfBody(body.Atomic));
        foreach (var name in body.HeldLocks)
        {
            Value? key = name.Length == 0 || method is null ? null : LockPath.AddressInside(name, method);
            state = state.Enter(OpenSection.OfCallersLock(key, name));
        }

        return method is null ? state : EnterWhatIsLeft(state, method, _program.Contracts.Get(method));
    }

    // A body that is to leave a section or drop a lock begins inside it.
    private static ContextState EnterWhatIsLeft(ContextState state, IMethodSymbol method, MethodContract contract)
    {
        foreach (var section in contract.Sections)
        {
            if (!section.Enters)
                state = state.Enter(OpenSection.OfCallersSection(section.Section));
        }

        foreach (var effect in contract.Locks)
        {
            if (effect.Acquires || method.Parameters.Length <= effect.Parameter)
                continue;

            var name = effect.Parameter >= 0 ? method.Parameters[effect.Parameter].Name : effect.Path;
            var key = name.Length == 0 ? ThisValue.Instance : LockPath.AddressInside(name, method);
            state = state.Enter(OpenSection.OfCallersLock(key, name));
        }

        return state;
    }
}
