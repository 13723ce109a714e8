using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>An array that the body has made and keeps in a local.</summary>
/// <param name="Name">The local.</param>
internal sealed record LocalArray(Value Value, string Name)
{
    /// <summary>The array in which an element is; null where it is none of the body's own.</summary>
    public static LocalArray? Of(Value address, PathState state)
    {
        if (address is not ElementAddress { Target: SiteValue { Syntax: ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax } array })
            return null;

        foreach (var cell in state.Cells)
        {
            if (cell.Key is VariableAddress { Variable: ILocalSymbol local } && cell.Value.Equals(array))
                return new LocalArray(array, local.Name);
        }

        return null;
    }

    /// <summary>What is known of the array when it has memory in it.</summary>
    public Memory Filled(Memory element) => new(element.Site, element.Origin) { IsContents = true, IsDoubtful = true, IsOfPlatform = true, Holder = Name };

    /// <summary>The filled array of which an element is released, by its index or in a loop over all; null where that is not seen.</summary>
    public static Memory? ReleasedFrom(IOperation argument, LifetimeState state)
    {
        foreach (var entry in state.Objects)
        {
            if (entry.Value.IsContents && entry.Value.Holder == NameOf(argument))
                return entry.Value;
        }

        return null;
    }

    private static string? NameOf(IOperation argument) => Pointers.WithoutCasts(argument.Syntax) switch
    {
        ElementAccessExpressionSyntax element => element.Expression.ToString(),
        IdentifierNameSyntax name => name.Ancestors().OfType<ForEachStatementSyntax>()
            .FirstOrDefault(loop => loop.Identifier.ValueText == name.Identifier.ValueText)?.Expression.ToString(),
        _ => null,
    };
}
