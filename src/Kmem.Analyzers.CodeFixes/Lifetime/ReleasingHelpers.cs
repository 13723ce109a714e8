using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

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

    private IEnumerable<PassedPlace> Arguments(InvocationExpressionSyntax call) =>
        PassedPlace.Of(call, _site.Model, _site).Where(argument => argument.Parameter.ContainingSymbol.DeclaringSyntaxReferences.Length == 1);

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
               from argument in PassedPlace.Of(call, model, _site)
               where argument.Contract.Frees is not null
               select argument.Place,
        ];
    }
}
