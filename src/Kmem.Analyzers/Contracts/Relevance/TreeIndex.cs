using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>The words of one file and of its members. It belongs to the syntax tree, so an edit elsewhere does not cost it.</summary>
internal sealed class TreeIndex
{
    private static readonly ConditionalWeakTable<SyntaxTree, TreeIndex> Cache = new();

    private static readonly int[] Vocabulary = ContractVocabulary.Words
        .Where(word => word.IsKmemAttribute)
        .SelectMany(word => new[] { word.Name, word.Name + "Attribute" })
        .Select(WordScanner.HashOf)
        .ToArray();

    // Calls that the language makes without naming them.
    private static readonly (int Keyword, int[] Names)[] Implied =
    {
        Implies("using", "Dispose", "DisposeAsync"),
        Implies("foreach", "GetEnumerator", "MoveNext", "Current"),
    };

    private readonly Lazy<ImmutableArray<MemberWords>> _members;
    private readonly Lazy<Dictionary<TextSpan, int[]>> _wordsBySpan;
    private readonly Lazy<ImmutableArray<DeclaredContract>> _contracts;

    private TreeIndex(SyntaxTree tree)
    {
        Tree = tree;
        var text = tree.GetText();
        var (words, uncalled) = WordScanner.ScanUses(text);
        Words = Sorted(words);
        UncalledWords = uncalled;
        _members = new Lazy<ImmutableArray<MemberWords>>(ReadMembers, LazyThreadSafetyMode.PublicationOnly);
        _wordsBySpan = new Lazy<Dictionary<TextSpan, int[]>>(IndexMembers, LazyThreadSafetyMode.PublicationOnly);
        _contracts = new Lazy<ImmutableArray<DeclaredContract>>(ReadContracts, LazyThreadSafetyMode.PublicationOnly);
    }

    public SyntaxTree Tree { get; }

    /// <summary>The hashes of all words in the file, in ascending order.</summary>
    public int[] Words { get; }

    /// <summary>The hashes of words that stand in the file other than in front of a parenthesis, as the name of a method does that is handed on.</summary>
    public int[] UncalledWords { get; }

    /// <summary>The file mentions a word of the vocabulary, as who writes a contract must.</summary>
    public bool WritesContracts => Vocabulary.Any(Mentions);

    /// <summary>Declarations with an attribute that says what they allocate.</summary>
    public IEnumerable<SyntaxNode> AllocatingMethods => ContractAttributes(Tree)
        .Where(attribute => WordOf(attribute) == "Allocates")
        .Select(DeclarationOf)
        .OfType<SyntaxNode>();

    /// <summary>The members with bodies, and their words.</summary>
    public ImmutableArray<MemberWords> Members => _members.Value;

    /// <summary>Contract attributes that are written in this file.</summary>
    public ImmutableArray<DeclaredContract> Contracts => _contracts.Value;

    public static TreeIndex Of(SyntaxTree tree) => Cache.GetValue(tree, each => new TreeIndex(each));

    /// <summary>Whether a word stands in the file.</summary>
    public bool Mentions(int word) => Array.BinarySearch(Words, word) >= 0;


    /// <summary>The words of the member that a node belongs to; those of the whole file where it belongs to none.</summary>
    public int[] WordsAround(SyntaxNode node) =>
        _wordsBySpan.Value.TryGetValue((MemberOf(node) ?? node).Span, out var words) ? words : Words;

    /// <summary>The declaration that a body belongs to, as the index counts members.</summary>
    public static SyntaxNode? MemberOf(SyntaxNode node) => node.AncestorsAndSelf().FirstOrDefault(IsMember);

    private static int[] Sorted(int[] words)
    {
        Array.Sort(words);
        return words;
    }

    private Dictionary<TextSpan, int[]> IndexMembers()
    {
        var words = new Dictionary<TextSpan, int[]>();
        foreach (var member in Members)
            words[member.Span] = member.Words;
        return words;
    }

    private ImmutableArray<MemberWords> ReadMembers()
    {
        var text = Tree.GetText();
        return Tree.GetRoot().DescendantNodes(node => !IsMember(node)).Where(IsMember)
            .SelectMany(member => WordsOf(member, WordScanner.Scan(text, member.Span)))
            .ToImmutableArray();
    }

    private static IEnumerable<MemberWords> WordsOf(SyntaxNode member, int[] words)
    {
        var implied = member is ConstructorDeclarationSyntax { Initializer: { } initializer } ? ImpliedBy(words).Concat(BasesOf(initializer)).ToArray() : ImpliedBy(words);
        foreach (var name in NamesOf(member))
            yield return new MemberWords(WordScanner.HashOf(name), member.Span, words, implied, IsPrivate(member));
    }

    private static int[] ImpliedBy(int[] words)
    {
        var implied = Array.Empty<int>();
        foreach (var (keyword, names) in Implied)
        {
            if (Array.IndexOf(words, keyword) >= 0)
                implied = implied.Concat(names).ToArray();
        }

        return implied;
    }

    // `base(...)` calls what has the name of the base type.
    private static IEnumerable<int> BasesOf(ConstructorInitializerSyntax initializer) =>
        initializer.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.BaseList is { } bases
            ? bases.Types.SelectMany(type => type.Type.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()).Select(name => WordScanner.HashOf(name.Identifier.ValueText))
            : Enumerable.Empty<int>();

    private ImmutableArray<DeclaredContract> ReadContracts() =>
        ContractAttributes(Tree)
            .SelectMany(attribute => NamesOf(DeclarationOf(attribute)).Select(name => new DeclaredContract(name, Concerns.OfAttribute(WordOf(attribute)))))
            .Where(contract => contract.Concern != Concern.None)
            .Concat(ContractAttributes(Tree).Where(attribute => WordOf(attribute) == "GfpFlags").SelectMany(FlagTypesOf))
            .ToImmutableArray();

    private static IEnumerable<DeclaredContract> FlagTypesOf(AttributeSyntax attribute) =>
        attribute.Parent?.Parent is ParameterSyntax { Type: { } type }
            ? type.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => new DeclaredContract(name.Identifier.ValueText, Concern.Flags))
            : Enumerable.Empty<DeclaredContract>();

    private static IEnumerable<AttributeSyntax> ContractAttributes(SyntaxTree tree) => tree.GetRoot()
        .DescendantNodes(node => node is not (BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax))
        .OfType<AttributeSyntax>();

    private static string WordOf(AttributeSyntax attribute)
    {
        var name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        const string Suffix = "Attribute";
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }

    private static (int Keyword, int[] Names) Implies(string keyword, params string[] names) =>
        (WordScanner.HashOf(keyword), names.Select(WordScanner.HashOf).ToArray());

    // A parameter's contract is its method's.
    private static SyntaxNode? DeclarationOf(AttributeSyntax attribute) =>
        attribute.Ancestors().FirstOrDefault(node => node is MemberDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax);

    private static bool IsMember(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax or GlobalStatementSyntax or PrimaryConstructorBaseTypeSyntax;

    private static bool IsPrivate(SyntaxNode member) => member is MemberDeclarationSyntax { Parent: not InterfaceDeclarationSyntax } declaration
        && !declaration.Modifiers.Any(word => word.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword);

    private static IEnumerable<string> NamesOf(SyntaxNode? member) => member switch
    {
        MethodDeclarationSyntax method => new[] { method.Identifier.ValueText },
        BaseMethodDeclarationSyntax { Parent: BaseTypeDeclarationSyntax type } => new[] { type.Identifier.ValueText },
        PropertyDeclarationSyntax property => new[] { property.Identifier.ValueText },
        IndexerDeclarationSyntax { Parent: BaseTypeDeclarationSyntax type } => new[] { type.Identifier.ValueText },
        EventDeclarationSyntax @event => new[] { @event.Identifier.ValueText },
        LocalFunctionStatementSyntax function => new[] { function.Identifier.ValueText },
        DelegateDeclarationSyntax @delegate => new[] { @delegate.Identifier.ValueText },
        BaseTypeDeclarationSyntax type => new[] { type.Identifier.ValueText },
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.ValueText),
        AccessorDeclarationSyntax accessor => NamesOf(accessor.FirstAncestorOrSelf<BasePropertyDeclarationSyntax>()),
        PrimaryConstructorBaseTypeSyntax { Parent.Parent: BaseTypeDeclarationSyntax type } => new[] { type.Identifier.ValueText },
        GlobalStatementSyntax => new[] { "" },
        _ => Array.Empty<string>(),
    };
}

/// <summary>A member with a body: the hashes of its name, of the words in it, and of names that it uses without a word.</summary>
/// <param name="IsPrivate">Only its own type can call it.</param>
internal sealed record MemberWords(int Name, TextSpan Span, int[] Words, int[] Implied, bool IsPrivate)
{
    /// <summary>What the member has to do with, if names have to do with what the table says.</summary>
    public Concern ConcernIn(ConcernTable names) => names.OfAny(Words) | names.OfAny(Implied);
}

/// <summary>A contract attribute on a member of this name.</summary>
internal readonly record struct DeclaredContract(string Name, Concern Concern);
