using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>What the memory that a call gives is taken for: the type behind the pointer that it is cast or assigned to.</summary>
internal static class ElementType
{
    /// <summary>Null where the memory keeps no type of its own, or it is not known.</summary>
    public static ITypeSymbol? Of(IOperation call)
    {
        for (var operation = call.Parent; operation is not null; operation = operation.Parent)
        {
            var type = operation switch
            {
                IConversionOperation conversion => conversion.Type,
                ISimpleAssignmentOperation assignment => assignment.Target.Type,
                _ => null,
            };
            if (type is IPointerTypeSymbol { PointedAtType: { SpecialType: not SpecialType.System_Void } element })
                return element;
            if (type is null || operation is ISimpleAssignmentOperation)
                return null;
        }

        return null;
    }
}
