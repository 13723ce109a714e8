using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// What the members of a type store in its private fields: what one member allocates, another releases. A field is known only
/// if everything that is ever stored in it is.
/// </summary>
internal sealed class FieldFamilies
{
    private readonly AnalyzedProgram _program;
    private readonly ISummarySource _summaries;
    private readonly ConcurrentDictionary<IFieldSymbol, ImmutableArray<Memory>> _stored = new(SymbolEqualityComparer.Default);

    public FieldFamilies(AnalyzedProgram program, ISummarySource summaries)
    {
        _program = program;
        _summaries = summaries;
    }

    /// <summary>All memory that is ever stored in a private field; empty where something else may be.</summary>
    public ImmutableArray<Memory> Find(IFieldSymbol field) => _stored.GetOrAdd(field.OriginalDefinition, Collect);

    /// <summary>The release that an object would have come to, had its constructor not thrown; null where there is none, or one that comes nevertheless.</summary>
    public SyntaxNode? ReleaseOf(UnfinishedObject unfinished) =>
        unfinished.IsFinalized ? null : FieldUses.Of(unfinished.Field, _program).Releases.FirstOrDefault();

    private ImmutableArray<Memory> Collect(IFieldSymbol field)
    {
        var recorder = new StoreRecorder(field);
        foreach (var reference in field.ContainingType.DeclaringSyntaxReferences)
        {
            if (!Collect(field, reference.GetSyntax(), recorder))
                return ImmutableArray<Memory>.Empty;
        }

        return recorder.Result();
    }

    private bool Collect(IFieldSymbol field, SyntaxNode type, StoreRecorder recorder)
    {
        var analysed = new HashSet<SyntaxNode>();
        var model = _program.Compilation.GetSemanticModel(type.SyntaxTree);
        foreach (var name in type.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (name.Identifier.ValueText != field.Name)
                continue;
            if (IsPassedByReference(name) && !FieldUses.IsEmptied(QualifiedName.Of(name), model, _program.Contracts))
                return false;
            if (IsAssigned(name) && MemberOf(name) is { } member && analysed.Add(member) && !Analyze(member, model, recorder))
                return false;
        }

        return InitializerOf(field) is not { } initializer || Analyze(initializer, model, recorder);
    }

    private bool Analyze(SyntaxNode member, SemanticModel model, StoreRecorder recorder)
    {
        var graph = model.GetDeclaredSymbol(member) is IMethodSymbol method
            ? _program.Graphs.Find(method, CancellationToken.None)
            : model.GetOperation(member) is { } body ? MethodGraph.Create(body, null, CancellationToken.None) : null;
        if (graph is null)
            return false;

        var domain = new LifetimeDomain(graph, _summaries, recorder, isForCallers: false, CancellationToken.None);
        var solver = new Solver(graph, domain, _program, CancellationToken.None);
        solver.Run(new PathState(domain.Initial));
        return !solver.GaveUp;
    }

    private static EqualsValueClauseSyntax? InitializerOf(IFieldSymbol field) => field.DeclaringSyntaxReferences
        .Select(reference => (reference.GetSyntax() as VariableDeclaratorSyntax)?.Initializer).FirstOrDefault(initializer => initializer is not null);

    private static SyntaxNode? MemberOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(ancestor => ancestor
        is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax });

    private static bool IsAssigned(SimpleNameSyntax name) =>
        QualifiedName.Of(name).Parent is AssignmentExpressionSyntax assignment && assignment.Left == QualifiedName.Of(name);

    private static bool IsPassedByReference(SimpleNameSyntax name) => QualifiedName.Of(name).Parent switch
    {
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
        PrefixUnaryExpressionSyntax prefix => prefix.IsKind(SyntaxKind.AddressOfExpression),
        RefExpressionSyntax => true,
        TupleExpressionSyntax => true,
        _ => false,
    };

    // this.field, other.field, other->field
    /// <summary>Gathers what is stored in one field.</summary>
    private sealed class StoreRecorder : LifetimeObserver
    {
        private readonly IFieldSymbol _field;
        private readonly HashSet<Memory> _stored = new();
        private bool _isUnknown;

        public StoreRecorder(IFieldSymbol field) => _field = field;

        public ImmutableArray<Memory> Result() => _isUnknown ? ImmutableArray<Memory>.Empty : _stored.ToImmutableArray();

        public override void Stored(Value address, Value value, PathState state)
        {
            if (address is not FieldAddress { Field: var field } || !SymbolEqualityComparer.Default.Equals(field.OriginalDefinition, _field.OriginalDefinition))
                return;
            if (((LifetimeState)state.Domain).Objects.Find(value) is { Family.Length: > 0 } memory)
                _stored.Add(memory);
            else if (state.SignsOf(value) != Signs.Zero)
                _isUnknown = true;
        }
    }
}
