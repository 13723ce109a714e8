using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>A reference or pointer into per-CPU data whose section has been left.</summary>
/// <param name="Name">The per-CPU variable, as messages name it.</param>
/// <param name="Leave">The call that left the section.</param>
internal sealed record StaleHandle(Value Handle, string Name, SyntaxNode Leave)
{
    /// <summary>Whether an address lies in what the handle refers to.</summary>
    public bool Reaches(Value address) => RootOf(address).Equals(Handle);

    /// <summary>What an address inside an object, array or block of memory starts from.</summary>
    public static Value RootOf(Value address) => address switch
    {
        FieldAddress { Target: { } target } => RootOf(target),
        ElementAddress element => RootOf(element.Target),
        OperatorValue { Kind: Operator.Offset } offset => RootOf(offset.Left),
        _ => address,
    };
}
