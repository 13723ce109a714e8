using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>What a call is given: the parameter, what its contract says, and the text of the argument.</summary>
internal readonly record struct PassedPlace(IParameterSymbol Parameter, ParameterContract Contract, string Place)
{
    /// <summary>What a call is given; nothing where it is not understood.</summary>
    /// <param name="model">That of the call's own file.</param>
    public static IEnumerable<PassedPlace> Of(InvocationExpressionSyntax call, SemanticModel model, FixSite site)
    {
        if (model.GetOperation(call, site.Cancellation) is not IInvocationOperation operation)
            return [];

        var contract = site.Contracts.Get(operation.TargetMethod);
        return
            from argument in operation.Arguments
            where argument.Parameter is not null
            select new PassedPlace(argument.Parameter!, contract.Parameter(argument.Parameter!.Ordinal), Values.Text(argument.Value.Syntax));
    }
}
