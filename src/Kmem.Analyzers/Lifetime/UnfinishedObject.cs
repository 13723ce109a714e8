using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>An object that has memory in a field already when its constructor may throw.</summary>
/// <param name="At">What throws.</param>
/// <param name="Thrower">Its name, for the message.</param>
internal sealed record UnfinishedObject(Memory Memory, IFieldSymbol Field, SyntaxNode At, string Thrower)
{
    /// <summary>Something is done about exceptions there.</summary>
    public static bool IsPrepared(SyntaxNode at) => at.Ancestors().TakeWhile(each => each is not MemberDeclarationSyntax)
        .Any(each => each is CatchClauseSyntax or FinallyClauseSyntax || (each is TryStatementSyntax attempt && attempt.Block.Span.Contains(at.Span)));

    /// <summary>The garbage collector finalizes what a constructor has left half done too.</summary>
    public bool IsFinalized
    {
        get
        {
            for (var type = Field.ContainingType; type is { SpecialType: not SpecialType.System_Object }; type = type.BaseType)
            {
                if (type.GetMembers().OfType<IMethodSymbol>().Any(method => method.MethodKind == MethodKind.Destructor))
                    return true;
            }

            return false;
        }
    }
}
