using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Checks;

/// <summary>Something wrong in a contract file, and where: offset and length in its text.</summary>
internal readonly record struct FileProblem(LocalizableString Message, int Start, int Length);

/// <summary>Checks a contract file against the symbols that it names.</summary>
internal static class ContractFileChecker
{
    public static IEnumerable<FileProblem> Check(ContractFile file, Compilation compilation) =>
        file.Errors.Select(error => new FileProblem(error.Message, error.Start, error.Length))
            .Concat(file.Lines.SelectMany(line => CheckLine(line, compilation)))
            .OrderBy(problem => problem.Start);

    private static IEnumerable<FileProblem> CheckLine(ContractLine line, Compilation compilation)
    {
        var symbol = DocumentationCommentId.GetFirstSymbolForDeclarationId(line.DocumentationId, compilation);
        if (symbol is null)
        {
            yield return new FileProblem(Rules.Text("Line_UnknownSymbol", line.DocumentationId), line.Start, line.Length);
            yield break;
        }

        var parameters = ParametersOf(symbol);
        foreach (var target in line.Clauses.Select(clause => clause.Target).Distinct())
        {
            if (target.Kind == ContractTargetKind.Parameter && parameters.All(parameter => parameter.Name != target.Parameter))
                yield return new FileProblem(Rules.Text("Line_UnknownParameter", symbol.Name, target.Parameter), line.Start, line.Length);
        }
    }

    private static IEnumerable<IParameterSymbol> ParametersOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters.Concat(property.SetMethod?.Parameters ?? Enumerable.Empty<IParameterSymbol>()),
        INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.Parameters,
        _ => Enumerable.Empty<IParameterSymbol>(),
    };
}
