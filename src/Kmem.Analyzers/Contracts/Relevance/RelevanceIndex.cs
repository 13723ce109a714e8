using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>
/// Answers by name alone, before anything is bound: can this body, or what it calls, have to do with a contract? It may say
/// yes too often, never no too often. A name is of concern if it is contracted, or if a method of that name mentions one that is.
/// </summary>
internal sealed class RelevanceIndex
{
    // Calls that the language makes without naming them.
    private static readonly (string Keyword, string[] Names)[] Implied =
    {
        ("using", new[] { "Dispose", "DisposeAsync" }),
        ("foreach", new[] { "GetEnumerator", "MoveNext", "Current" }),
    };

    private readonly Dictionary<int, Concern> _contracted = new();
    private readonly TreeIndex[] _trees;
    private readonly Lazy<Dictionary<int, Concern>> _allNames;

    public RelevanceIndex(Compilation compilation, FileContracts files, CancellationToken cancellation)
    {
        var trees = compilation.SyntaxTrees.ToArray();
        _trees = new TreeIndex[trees.Length];
        Parallel.For(0, trees.Length, new ParallelOptions { CancellationToken = cancellation }, i => _trees[i] = TreeIndex.Of(trees[i]));

        AddFiles(files);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            foreach (var name in AssemblyConcerns.Of(assembly).Names)
                Add(_contracted, WordScanner.HashOf(name.Key), name.Value);
        }

        AddDeclared();
        Add(_contracted, WordScanner.HashOf("await"), Concern.Sleep);
        Add(_contracted, WordScanner.HashOf("lock"), Concern.Sleep);
        Add(_contracted, WordScanner.HashOf("throw"), Concern.Ends);
        HasAtomicBodies = _contracted.Values.Any(concern => (concern & Concern.AtomicBodies) != 0);
        IsEmpty = _trees.All(tree => (ConcernOf(tree.Words, _contracted) & (Concern.Sections | Concern.Memory | Concern.AtomicBodies)) == 0)
            && !HasAtomicBodies;
        _allNames = new Lazy<Dictionary<int, Concern>>(Close);
    }

    /// <summary>Nothing in the compilation opens a section, handles memory or makes a body atomic: there is nothing to see.</summary>
    public bool IsEmpty { get; }

    /// <summary>Some contract makes bodies atomic that open no section themselves.</summary>
    public bool HasAtomicBodies { get; }

    /// <summary>What the bodies of a declaration may have to do with, directly or through what they call.</summary>
    public Concern Of(SyntaxNode declaration)
    {
        if (IsEmpty)
            return Concern.None;

        var member = TreeIndex.MemberOf(declaration) ?? declaration;
        var index = TreeIndex.Of(declaration.SyntaxTree);
        var words = index.Members.FirstOrDefault(each => each.Span == member.Span)?.Words ?? index.Words;
        return ConcernOf(words, _allNames.Value);
    }

    /// <summary>What a call of a source method may have to do with.</summary>
    public Concern Of(IMethodSymbol method) => method.MethodKind is MethodKind.AnonymousFunction or MethodKind.LocalFunction
        ? Concern.Sections | Concern.Sleep | Concern.Memory | Concern.Ends
        : _allNames.Value.TryGetValue(WordScanner.HashOf(NameOf(method)), out var concern) ? concern : Concern.None;

    /// <summary>The files in which a word stands.</summary>
    public IEnumerable<SyntaxTree> TreesThatMention(string word)
    {
        var hash = WordScanner.HashOf(word);
        return _trees.Where(tree => tree.Words.Contains(hash)).Select(tree => tree.Tree);
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
            var name = FileContracts.SimpleName(member.Key);
            foreach (var clause in member.Value.Where(_ => name != nameof(IDisposable.Dispose)))
                Add(_contracted, WordScanner.HashOf(name), Concerns.Of(clause.Word));
        }
    }

    private void AddDeclared()
    {
        foreach (var tree in _trees.Where(tree => tree.WritesContracts))
        {
            foreach (var contract in tree.Contracts)
                Add(_contracted, WordScanner.HashOf(contract.Name), contract.Concern);
        }
    }

    // A member that mentions a name of concern hands the concern on to its own name, until nothing changes.
    private Dictionary<int, Concern> Close()
    {
        var names = new Dictionary<int, Concern>(_contracted);
        var members = _trees.SelectMany(tree => tree.Members)
            .Select(member => (Name: WordScanner.HashOf(member.Name), member.Words))
            .ToArray();
        var declared = new HashSet<int>(members.Select(member => member.Name));
        var mentions = members
            .Select(member => (member.Name, Words: member.Words.Where(word => declared.Contains(word) || names.ContainsKey(word)).Concat(ImpliedBy(member.Words)).ToArray()))
            .ToArray();

        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var (name, words) in mentions)
            {
                // Nearly all code calls something that may throw; of use is who does so itself.
                var concern = (ConcernOf(words, names) & ~Concern.Ends) | (ConcernOf(words, _contracted) & Concern.Ends);
                var known = names.TryGetValue(name, out var before) ? before : Concern.None;
                if ((concern & ~known) == Concern.None)
                    continue;
                names[name] = known | concern;
                changed = true;
            }
        }

        return names;
    }

    private static IEnumerable<int> ImpliedBy(HashSet<int> words) =>
        Implied.Where(each => words.Contains(WordScanner.HashOf(each.Keyword))).SelectMany(each => each.Names).Select(WordScanner.HashOf);

    private static Concern ConcernOf(IEnumerable<int> words, Dictionary<int, Concern> names)
    {
        var concern = Concern.None;
        foreach (var word in words)
        {
            if (names.TryGetValue(word, out var found))
                concern |= found;
        }

        return concern;
    }

    private static void Add(Dictionary<int, Concern> names, int name, Concern concern)
    {
        if (concern != Concern.None)
            names[name] = concern | (names.TryGetValue(name, out var known) ? known : Concern.None);
    }
}
