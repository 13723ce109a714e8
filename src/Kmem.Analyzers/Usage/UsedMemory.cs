using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
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

    /// <summary>Its flags may ask for it to be zeroed.</summary>
    public bool MayBeZeroed { get; set; }

    /// <summary>It was zeroed, or written in full, or may have been by code that is not known.</summary>
    public bool IsFilled { get; set; }

    /// <summary>A method has been asked about it.</summary>
    public bool IsQuestioned { get; set; }

    /// <summary>The flags it was allocated with, on every path that was seen; null: none, or not known.</summary>
    public Value? Flags { get; set; }

    /// <summary>Their enum.</summary>
    public ITypeSymbol? FlagsType { get; init; }

    /// <summary>The calls from here down to the allocator.</summary>
    public ImmutableArray<SyntaxNode> Way { get; init; } = ImmutableArray<SyntaxNode>.Empty;

    /// <summary>Nothing is known to have been written to it.</summary>
    public bool IsUntouched => !IsFilled && _writtenFields.Count == 0;

    public void WriteField(ISymbol field) => _writtenFields.Add(field);

    /// <summary>Nothing that was there before can be read from it.</summary>
    public bool HidesNothing => IsFilled || MayBeZeroed || (_writtenFields.Count > 0 && AreAllFieldsWritten);

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
