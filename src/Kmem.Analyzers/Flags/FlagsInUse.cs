using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Relevance;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flags;

/// <summary>Allocation flags where they are passed.</summary>
/// <param name="Demand">The function that takes them.</param>
/// <param name="Argument">The argument.</param>
/// <param name="Certain">The bits that they have on this path.</param>
/// <param name="Possible">The bits that they may have.</param>
internal sealed record FlagsInUse(Demand Demand, SyntaxNode Argument, long Certain, long Possible)
{
    public ITypeSymbol Type => Demand.Function.Parameters[Demand.Parameter].Type;

    /// <summary>The argument is the parameter's default: it stands nowhere.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The argument, for messages.</summary>
    public string Text => IsDefault ? FlagBits.Spell(Type, Certain) : Argument.ToString();

    public bool IsKnown => Certain == Possible;

    /// <summary>The function hands out an address that code can use at once, not a descriptor of pages.</summary>
    public bool GivesAddress => Demand.Function.ReturnType is var type
        && (type is IPointerTypeSymbol { PointedAtType: { SpecialType: not SpecialType.None } }
            || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_UInt64);

    public bool Has(string flag) => FlagBits.Find(Type, flag) is { } bits && bits != 0 && (Certain & bits) == bits;

    public bool Lacks(string flag) => FlagBits.Find(Type, flag) is { } bits && (Possible & bits) == 0;

    /// <summary>A flag is one of those that the argument puts together; one among alternatives is not.</summary>
    public bool Names(string flag) => FlagExpressions.OperandsOf(Argument).Any(operand => FlagExpressions.NameOf(operand) == flag);

    /// <summary>
    /// Bits do not tell <c>GFP_ATOMIC</c> from its only modifier. It is meant where the argument names it, or the code that makes
    /// the flags does and does not name the modifier.
    /// </summary>
    public bool MeansAtomic
    {
        get
        {
            if (Names(FlagNames.Atomic))
                return true;

            var members = Demand.Way.Insert(0, Argument).Add(Demand.Call).Select(MemberOf).ToList();
            if (members.Exists(member => Mentions(member, FlagNames.High)))
                return false;

            return members.Exists(member => Mentions(member, FlagNames.Atomic))
                || (Stands(FlagNames.Atomic, Argument.SyntaxTree) && !Stands(FlagNames.High, Argument.SyntaxTree));
        }
    }

    private static bool Stands(string word, SyntaxTree tree) => TreeIndex.Of(tree).Mentions(WordScanner.HashOf(word));

    private static SyntaxNode MemberOf(SyntaxNode node) => (SyntaxNode?)node.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? node;

    private static bool Mentions(SyntaxNode node, string word) =>
        node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == word);
}
