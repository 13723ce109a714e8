using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>Methods of the project that release what they are given, and what is kept in it: <c>kfree(d->buf); kfree(d);</c>.</summary>
internal sealed class ReleasingHelpers
{
    private readonly Dictionary<IMethodSymbol, List<string>> _released = new(SymbolEqualityComparer.Default);
    private readonly FixSite _site;

    public ReleasingHelpers(FixSite site) => _site = site;

    public IEnumerable<string> ReleasedArguments(InvocationExpressionSyntax call) =>
        from argument in Arguments(call)
        where Released(argument.Parameter).Contains(argument.Parameter.Name)
        select argument.Place;

    /// <summary>With what is kept in the arguments, as the caller would write it.</summary>
    public IEnumerable<string> ReleasedInside(InvocationExpressionSyntax call) =>
        from argument in Arguments(call)
        from place in Released(argument.Parameter)
        where IsIn(place, argument.Parameter.Name)
        select argument.Place + place.Substring(argument.Parameter.Name.Length);

    private static bool IsIn(string place, string root) =>
        place.StartsWith(root, StringComparison.Ordinal) && (place.Length == root.Length || place[root.Length] is '-' or '.');

    private IEnumerable<(IParameterSymbol Parameter, string Place)> Arguments(InvocationExpressionSyntax call) =>
        _site.Model.GetOperation(call) is IInvocationOperation operation && operation.TargetMethod.DeclaringSyntaxReferences.Length == 1
            ? operation.Arguments.Where(argument => argument.Parameter is not null).Select(argument => (argument.Parameter!, Values.Text(argument.Value.Syntax)))
            : [];

    private List<string> Released(IParameterSymbol parameter)
    {
        var method = (IMethodSymbol)parameter.ContainingSymbol;
        if (!_released.TryGetValue(method, out var released))
            _released.Add(method, released = Read(method));
        return released;
    }

    private List<string> Read(IMethodSymbol method)
    {
        var declaration = method.DeclaringSyntaxReferences[0].GetSyntax(_site.Cancellation);
        var model = _site.Model.Compilation.GetSemanticModel(declaration.SyntaxTree);
        return
        [
            .. from call in CallBalance.CallsIn(declaration)
               let operation = model.GetOperation(call, _site.Cancellation) as IInvocationOperation
               where operation is not null
               from argument in operation.Arguments
               where argument.Parameter is not null && _site.Contracts.Get(operation.TargetMethod).Parameter(argument.Parameter.Ordinal).Frees is not null
               select Values.Text(argument.Value.Syntax),
        ];
    }
}
