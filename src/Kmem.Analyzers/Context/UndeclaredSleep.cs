using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Context;

/// <summary>
/// Finds methods that may sleep and do not say so, though other assemblies can call them. These cannot look into the body as the
/// analysis of its own assembly does.
/// </summary>
internal static class UndeclaredSleep
{
    /// <summary>Whether a method would have to say that it sleeps: callers that see no body can call it, and its contract leaves the question open.</summary>
    /// <param name="body">The context that the body runs in, wherever that is said.</param>
    public static bool IsQuestion(IMethodSymbol method, MethodContract contract, BodyContract body) =>
        contract.Sleep == SleepContract.Unspecified && !body.IsSpecified && !contract.Body.IsSpecified && !LeavesForCaller(contract) && CanCarryAttribute(method) && IsVisibleOutside(method);

    /// <summary>The report about a body; null where it does not sleep, or only as its caller wishes.</summary>
    /// <param name="declaration">The declaration that the body belongs to: of a method or accessor, or the arrow of a property.</param>
    public static Diagnostic? Find(IMethodSymbol method, SyntaxNode declaration, Summary summary)
    {
        var sleeping = summary.Cases.Where(each => SleepIn(each) is not null).ToList();
        if (sleeping.Count == 0 || summary.IsIterator || IsForCallerToDecide(sleeping))
            return null;

        var sleep = SleepIn(sleeping[0])!;
        return Diagnostic.Create(
            Rules.UndeclaredSleep,
            NameIn(declaration),
            sleep.Way.Select(step => step.GetLocation()).OfType<Location>(),
            NameOf(method),
            sleep.Sleeper);
    }

    // What depends on flags is said by the flags; what sleeps behind a lock that it drops for its caller, sleeps without that lock.
    private static SleepEffect? SleepIn(SummaryCase ending) =>
        ((ContextEffect)ending.Effect).Sleeps.FirstOrDefault(sleep => sleep.Flags is null && sleep.Left.IsEmpty && !sleep.IsGuarded);

    // `Read(wait: false)` does not sleep, and the attribute would say of every call that it may.
    private static bool IsForCallerToDecide(List<SummaryCase> sleeping) =>
        sleeping.Select(each => each.Conditions).Aggregate((common, each) => common.Intersect(each)).Any(condition => IsChoice(condition.Key));

    private static bool IsChoice(Value value) => value is EntryValue { Address: VariableAddress { Variable: IParameterSymbol parameter } }
        ? parameter.Type.SpecialType == SpecialType.System_Boolean || parameter.Type.TypeKind == TypeKind.Enum
        : value.Parts.Any(IsChoice);

    private static bool LeavesForCaller(MethodContract contract) =>
        contract.Sections.Any(section => !section.Enters) || contract.Locks.Any(effect => !effect.Acquires);

    private static bool CanCarryAttribute(IMethodSymbol method) => method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor
        or MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove
        or MethodKind.UserDefinedOperator or MethodKind.Conversion;

    private static bool IsVisibleOutside(ISymbol member)
    {
        for (var symbol = member; symbol is not (null or INamespaceSymbol); symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                return false;
        }

        return true;
    }

    private static string NameOf(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.Constructor } => method.ContainingType.Name,
        { AssociatedSymbol: { } member } => member.Name,
        _ => method.Name,
    };

    private static Location NameIn(SyntaxNode declaration) => declaration switch
    {
        MethodDeclarationSyntax method => method.Identifier.GetLocation(),
        ConstructorDeclarationSyntax constructor => constructor.Identifier.GetLocation(),
        AccessorDeclarationSyntax accessor => accessor.Keyword.GetLocation(),
        OperatorDeclarationSyntax operation => operation.OperatorToken.GetLocation(),
        ConversionOperatorDeclarationSyntax conversion => conversion.Type.GetLocation(),
        PropertyDeclarationSyntax property => property.Identifier.GetLocation(),
        IndexerDeclarationSyntax indexer => indexer.ThisKeyword.GetLocation(),
        ArrowExpressionClauseSyntax { Parent: { } owner } => NameIn(owner),
        _ => declaration.GetLocation(),
    };
}
