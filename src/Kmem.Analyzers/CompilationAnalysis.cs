using Kmem.Analyzers.Context;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flags;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.Values;
using Kmem.Analyzers.Lifetime;
using Kmem.Analyzers.Stack;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers;

/// <summary>Everything that one compilation's analysis shares, and the question that comes before all work: is there anything to see?</summary>
internal sealed class CompilationAnalysis
{
    private readonly Compilation _compilation;
    private readonly RelevanceIndex _relevance;
    private readonly CodeBodies _bodies;
    private readonly ContextAnalysis _context;
    private readonly LifetimeAnalysis _lifetime;
    private readonly StackAnalysis _stack;
    private readonly bool _asksForDeclarations;
    private readonly bool _setsBudgets;
    private readonly bool _allocatesOnStack;
    private readonly GivenUpBodies _givenUp;

    /// <param name="asksForDeclarations">Methods that may sleep can say so, and somebody wants to know which do not.</param>
    public CompilationAnalysis(Compilation compilation, FileContracts files, bool asksForDeclarations, CancellationToken cancellation)
    {
        _compilation = compilation;
        _asksForDeclarations = asksForDeclarations;
        _relevance = new RelevanceIndex(compilation, files, asksForDeclarations ? Concern.Sleep : Concern.None, cancellation);
        var program = new AnalyzedProgram(compilation, new ContractTable(files));
        _givenUp = program.GivenUp;
        var callbacks = new CallbackContexts(program, _relevance);
        _bodies = new CodeBodies(callbacks, program.Graphs);
        _context = new ContextAnalysis(
            program, MayMatterToContext, (method, token) => _bodies.Of(method, token).Select(body => (body.Graph, body.Context)));
        _stack = new StackAnalysis(program);
        _setsBudgets = compilation.SyntaxTrees.Any(StackBudget.IsWrittenIn);
        _allocatesOnStack = compilation.SyntaxTrees.Any(StackAllocations.AreIn);
        _lifetime = new LifetimeAnalysis(program, MayMatterToLifetime, graph => new CallInspectors(program, ContextFor(graph), asksCallers: _relevance.HasLimits));

        // To look for conversions takes time, and only limits make it worth while.
        BodyContract ContextFor(MethodGraph graph) =>
            _relevance.HasLimits ? callbacks.Of(graph, CancellationToken.None)
            : graph.Method is { } method ? program.Contracts.Get(method).Body
            : BodyContract.Unspecified;
    }

    /// <summary>No body of the compilation can touch a contract, or allocates on the stack.</summary>
    public bool HasNothingToSee => _relevance.IsEmpty && !_allocatesOnStack;

    /// <summary>Analyses the code of a member: bodies and initialisers.</summary>
    public void AnalyzeCode(ISymbol member, AnalyzerConfigOptionsProvider options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var declaration = reference.GetSyntax(cancellation);
            if (CodeBodies.MayBeIn(declaration))
                AnalyzeCode(declaration, member, options.GetOptions(declaration.SyntaxTree), report, cancellation);
        }
    }

    /// <summary>Analyses what a type keeps in its fields.</summary>
    public void Analyze(INamedTypeSymbol type, Action<Diagnostic> report, CancellationToken cancellation)
    {
        try
        {
            if (type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && declaration.Members.Any(HandlesMemory)))
                _lifetime.Analyze(type, report, cancellation);
        }
        catch (InsufficientExecutionStackException)
        {
            // As above.
        }
    }

    /// <summary>Analyses the declaration of a field.</summary>
    public void Analyze(IFieldSymbol field, Action<Diagnostic> report, CancellationToken cancellation) => _context.AnalyzeField(field, report, cancellation);

    /// <summary>Analyses a property that is written as an arrow: its name stands outside the body, where reports about the body do not belong.</summary>
    public void Analyze(IPropertySymbol property, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (!_asksForDeclarations || property.GetMethod is not { DeclaringSyntaxReferences: { Length: 1 } references } getter
            || references[0].GetSyntax(cancellation) is not ArrowExpressionClauseSyntax arrow || (_relevance.Of(arrow) & Concern.Sleep) == 0)
            return;

        try
        {
            _context.AnalyzeDeclaration(getter, arrow, BodyContract.Unspecified, report, cancellation);
        }
        catch (InsufficientExecutionStackException)
        {
            // As above.
        }
    }

    private void AnalyzeCode(SyntaxNode declaration, ISymbol owner, AnalyzerConfigOptions options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var reports = new DistinctReports();
        try
        {
            var concern = _relevance.Of(declaration);
            CheckWriting(concern, declaration, reports.Add, cancellation);
            AnalyzeBodies(concern, declaration, owner, options, reports.Add, cancellation);
        }
        catch (InsufficientExecutionStackException)
        {
            // Expressions nested deeper than the thread's stack: nothing is said of such code.
        }

        reports.ReportTo(report);
    }

    private bool HandlesMemory(MemberDeclarationSyntax member) =>
        member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax && (_relevance.Of(member) & Concern.Memory) != 0;

    // What is wrong as it is written, whatever path leads there.
    private void CheckWriting(Concern concern, SyntaxNode declaration, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var mentionsFlags = (concern & Concern.Flags) != 0;
        var allocatesOnStack = _allocatesOnStack && StackAllocations.AreIn(declaration.SyntaxTree);
        if (!mentionsFlags && !allocatesOnStack)
            return;

        var model = _compilation.GetSemanticModel(declaration.SyntaxTree);
        foreach (var code in CodeBodies.Written(declaration))
        {
            if (mentionsFlags)
                FlagExpressions.Check(code, model, report, cancellation);
            if (allocatesOnStack)
                StackAllocations.Check(code, model, report, cancellation);
        }
    }

    private void AnalyzeBodies(
        Concern concern, SyntaxNode declaration, ISymbol owner, AnalyzerConfigOptions options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var opensSections = (concern & (Concern.Sections | Concern.Needs)) != 0;
        var handlesMemory = (concern & Concern.Memory) != 0;
        var sleeps = (concern & Concern.Sleep) != 0;
        var usesStack = (concern & Concern.Kernel) != 0 || _setsBudgets || StackBudget.Configured(options) is not null;
        if (!opensSections && !handlesMemory && !usesStack && !(sleeps && (_relevance.HasBodyContracts || _relevance.HasPromises || _asksForDeclarations)))
            return;

        var isForContext = opensSections || (sleeps && AllocationFlags.MayBeAtomicIn(declaration));

        foreach (var body in _bodies.Of(declaration, owner, cancellation))
        {
            if (isForContext || body.Context.IsAtomic || (sleeps && _context.IsPromise(body.Graph.Method, body.Context)))
                _context.Analyze(body.Graph, body.Context, report, cancellation);
            if (sleeps && _asksForDeclarations && body.Graph is { Method: { } method, Syntax: not ArrowExpressionClauseSyntax })
                _context.AnalyzeDeclaration(method, body.Graph.Syntax, body.Context, report, cancellation);
            if (handlesMemory)
                _lifetime.Analyze(body.Graph, report, cancellation);
            if (usesStack || body.Context.IsAtomic)
                _stack.Analyze(body.Graph, body.Context, options, report, cancellation);
            if (_givenUp.ReportOn(body.Graph) is { } givenUp)
                report(givenUp);
        }
    }

    private bool MayMatterToContext(IMethodSymbol method) => _relevance.Of(method) is var concern
        && ((concern & (Concern.Sections | Concern.Sleep)) != 0 || NeedsCallers(method, concern) || Decides(method.ReturnType) || MayCheck(method, concern));

    private static bool NeedsCallers(IMethodSymbol method, Concern concern) =>
        (concern & Concern.CallersNeeds) != 0 && method.DeclaredAccessibility == Accessibility.Private;

    // A condition that is tested twice, or flags that an allocator is given, may be computed by a method.
    private static bool Decides(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean || type.TypeKind == TypeKind.Enum;

    private bool MayMatterToLifetime(IMethodSymbol method) => _relevance.Of(method) is var concern
        && ((concern & (Concern.Memory | Concern.Masks)) != 0 || method.ReturnType.TypeKind == TypeKind.Enum || method.Parameters.Any(parameter => Places.IsAddress(parameter.Type)) || MayCheck(method, concern));

    // A helper that returns only where its arguments are as they should be tells the caller of them.
    private static bool MayCheck(IMethodSymbol method, Concern concern) => method.ReturnsVoid && (concern & Concern.Ends) != 0;
}
