using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>
/// Answers by name alone, before anything is bound: can this body, or what it calls, have to do with a contract? It may say
/// yes too often, never no too often. A name is of concern if it is contracted, or if a method of that name mentions one that is.
/// </summary>
internal sealed class RelevanceIndex
{
    private static readonly int NeverSleeps = WordScanner.HashOf("NeverSleeps");

    private readonly ConcernTable _contracted = new();
    private readonly TreeIndex[] _trees;
    private readonly Lazy<ConcernTable> _allNames;
    private readonly Lazy<Dictionary<int, List<SyntaxTree>>> _handingOn;

    /// <param name="alsoAlone">What is to be seen even where the compilation does nothing else that is of concern.</param>
    public RelevanceIndex(Compilation compilation, FileContracts files, Concern alsoAlone, CancellationToken cancellation)
    {
        var trees = compilation.SyntaxTrees.ToArray();
        _trees = new TreeIndex[trees.Length];
        Parallel.For(0, trees.Length, new ParallelOptions { CancellationToken = cancellation }, i => _trees[i] = TreeIndex.Of(trees[i]));

        AddFiles(files);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            foreach (var name in AssemblyConcerns.Of(assembly, compilation).Names)
                _contracted.Add(WordScanner.HashOf(name.Key), name.Value);
        }

        AddDeclared();
        foreach (var word in Concerns.BodyWords)
            _contracted.Add(WordScanner.HashOf(word.Key), word.Value);
        foreach (var word in Concerns.FlagModifiers)
            _contracted.Add(WordScanner.HashOf(word), Concern.Flags);
        _contracted.Add(WordScanner.HashOf("await"), Concern.Sleep);
        _contracted.Add(WordScanner.HashOf("lock"), Concern.Sleep);
        _contracted.Add(WordScanner.HashOf("throw"), Concern.Ends);

        var mentioned = _trees.Aggregate(Concern.None, (concern, tree) => concern | _contracted.OfAny(tree.Words));
        HasBodyContracts = (mentioned & Concern.Bodies) != 0;
        HasLimits = (mentioned & Concern.Limits) != 0;
        HasPromises = (mentioned & Concern.Promises) != 0 || _trees.Any(tree => tree.Mentions(NeverSleeps));
        IsEmpty = !HasPromises && (mentioned & (Concern.Sections | Concern.Memory | Concern.Bodies | Concerns.OfMentions | alsoAlone)) == 0;
        _allNames = new Lazy<ConcernTable>(Close);
        _handingOn = new Lazy<Dictionary<int, List<SyntaxTree>>>(FindHandingOn);
    }

    /// <summary>Nothing in the compilation opens a section, handles memory or makes a body atomic: there is nothing to see.</summary>
    public bool IsEmpty { get; }

    /// <summary>Some contract that this compilation mentions makes bodies atomic that open no section themselves.</summary>
    public bool HasBodyContracts { get; }

    /// <summary>Some member of this compilation, or of another one that it may fulfil, says that it never sleeps.</summary>
    public bool HasPromises { get; }

    /// <summary>Whether a word stands in a declaration.</summary>
    public static bool Mentions(SyntaxNode declaration, int word) => Array.IndexOf(WordsOf(declaration), word) >= 0;

    /// <summary>Some contract that this compilation mentions says what allocations in a body must not do.</summary>
    public bool HasLimits { get; }

    /// <summary>What the bodies of a declaration may have to do with, directly or through what they call.</summary>
    public Concern Of(SyntaxNode declaration)
    {
        if (IsEmpty)
            return Concern.None;

        return _allNames.Value.OfAny(TreeIndex.Of(declaration.SyntaxTree).WordsAround(declaration));
    }

    /// <summary>What a call of a source method may have to do with.</summary>
    public Concern Of(IMethodSymbol method) => method.MethodKind is MethodKind.AnonymousFunction or MethodKind.LocalFunction
        ? Concern.Sections | Concern.Sleep | Concern.Memory | Concern.Ends
        : _allNames.Value.Of(WordScanner.HashOf(NameOf(method)));

    /// <summary>The files in which the name of a method may stand without being called.</summary>
    public IEnumerable<SyntaxTree> TreesThatHandOn(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return method.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree);

        return _handingOn.Value.TryGetValue(WordScanner.HashOf(NameOf(method)), out var trees) ? trees : Enumerable.Empty<SyntaxTree>();
    }

    private static int[] WordsOf(SyntaxNode declaration)
    {
        var member = TreeIndex.MemberOf(declaration) ?? declaration;
        var index = TreeIndex.Of(declaration.SyntaxTree);
        return index.Members.FirstOrDefault(each => each.Span == member.Span)?.Words ?? index.Words;
    }

    private static string NameOf(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.UserDefinedOperator or MethodKind.Conversion
        || method.AssociatedSymbol is IPropertySymbol { IsIndexer: true }
            ? method.ContainingType.Name
            : method.AssociatedSymbol?.Name ?? method.Name;

    private void AddFiles(FileContracts files)
    {
        foreach (var member in files.All)
        {
            // Disposing a handle matters only beside the memory that the handle keeps.
            var name = FileContracts.WrittenName(member.Key);
            foreach (var clause in member.Value.Where(_ => name != nameof(IDisposable.Dispose)))
                _contracted.Add(WordScanner.HashOf(name), Concerns.Of(clause.Word));
        }
    }

    private void AddDeclared()
    {
        foreach (var tree in _trees.Where(tree => tree.WritesContracts))
        {
            foreach (var contract in tree.Contracts)
                _contracted.Add(WordScanner.HashOf(contract.Name), contract.Concern);
        }
    }

    // To ask every file for every method would take longer the more there are of both.
    private Dictionary<int, List<SyntaxTree>> FindHandingOn()
    {
        var members = new HashSet<int>();
        foreach (var tree in _trees)
            members.UnionWith(tree.Members.Select(member => member.Name));

        var found = new Dictionary<int, List<SyntaxTree>>();
        foreach (var tree in _trees)
        {
            foreach (var word in tree.UncalledWords.Where(members.Contains))
            {
                if (!found.TryGetValue(word, out var trees))
                    found.Add(word, trees = new List<SyntaxTree>());
                trees.Add(tree.Tree);
            }
        }

        return found;
    }

    // A member that mentions a name of concern hands the concern on to its own name, until nothing changes.
    private ConcernTable Close()
    {
        var names = new ConcernTable();
        foreach (var name in _contracted.All)
            names.Add(name.Key, name.Value);
        foreach (var member in _trees.SelectMany(tree => tree.Members))
            names.Add(member.Name, Concerns.HandedOn(member.ConcernIn(_contracted), member.IsPrivate));

        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var tree in _trees)
            {
                // Nearly all code calls something that may throw: of use is who does so itself.
                foreach (var member in tree.Members)
                    changed |= names.Add(member.Name, Concerns.HandedOn(member.ConcernIn(names), member.IsPrivate) & ~Concern.Ends);
            }
        }

        return names;
    }
}
