using Kmem.Analyzers.Flow.Events;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow;

/// <summary>Calls that the compiler leaves out: of <c>[Conditional]</c> methods, where no such symbol is defined, and of partial ones without a body.</summary>
internal static class OmittedCalls
{
    public static bool Contain(CallEvent call)
    {
        if (call.Operation is not IInvocationOperation { TargetMethod: var method })
            return false;
        if (method.IsPartialDefinition && method.PartialImplementationPart is null)
            return true;

        var symbols = method.GetAttributes()
            .Where(attribute => attribute.AttributeClass is { Name: "ConditionalAttribute", ContainingNamespace.Name: "Diagnostics" })
            .Select(attribute => attribute.ConstructorArguments.FirstOrDefault().Value as string)
            .ToList();
        return symbols.Count > 0 && call.Operation.Syntax.SyntaxTree.Options is CSharpParseOptions options
            && !symbols.Exists(symbol => options.PreprocessorSymbolNames.Contains(symbol));
    }
}
