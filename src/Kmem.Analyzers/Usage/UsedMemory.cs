using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Usage;

/// <summary>Memory that the method being looked at has allocated, and what has been done with it so far.</summary>
internal sealed class UsedMemory
{
    private readonly HashSet<ISymbol> _writtenFields = new(SymbolEqualityComparer.Default);

    public UsedMemory(SyntaxNode site, IMethodSymbol allocator)
    {
        Site = site;
        Allocator = allocator;
    }

    public SyntaxNode Site { get; }

    public IMethodSymbol Allocator { get; }

    /// <summary>The size argument; null where there is none.</summary>
    public IOperation? Size { get; init; }

    /// <summary>What the memory is used as; null where that is not known.</summary>
    public ITypeSymbol? Element { get; init; }

    /// <summary>It comes from high memory, on every path that was seen.</summary>
    public bool IsHigh { get; set; }

    /// <summary>It was zeroed, or written in full, or may have been by code that is not known.</summary>
    public bool IsFilled { get; set; }

    /// <summary>A method has been asked about it.</summary>
    public bool IsQuestioned { get; set; }

    public void WriteField(ISymbol field) => _writtenFields.Add(field);

    /// <summary>Nothing that was there before can be read from it.</summary>
    public bool HidesNothing => IsFilled || (_writtenFields.Count > 0 && AreAllFieldsWritten);

    // Bytes between the fields are never written.
    private bool AreAllFieldsWritten
    {
        get
        {
            if (Element is not INamedTypeSymbol { TypeKind: TypeKind.Struct } structure || TypeSize.Of(structure) is not { } size)
                return true;

            var fields = structure.GetMembers().OfType<IFieldSymbol>().Where(each => !each.IsStatic && !each.IsConst).ToList();
            return fields.TrueForAll(each => _writtenFields.Contains(each.AssociatedSymbol ?? each))
                && fields.Sum(each => each.IsFixedSizeBuffer ? size.Bytes : TypeSize.Of(each.Type)?.Bytes ?? size.Bytes) >= size.Bytes;
        }
    }
}
