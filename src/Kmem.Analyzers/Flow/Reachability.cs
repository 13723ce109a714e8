using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow;

/// <summary>Whether code is ever run, as far as the language can tell. For what is judged as it is written, on no path.</summary>
internal static class Reachability
{
    public static bool IsReached(SyntaxNode node, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
            return true;

        return model.AnalyzeControlFlow(statement) is not { Succeeded: true, StartPointIsReachable: false }
            && !statement.AncestorsAndSelf().OfType<StatementSyntax>().SelectMany(InFrontOf).Any(earlier => NeverReturns(earlier, model, cancellation));
    }

    private static IEnumerable<StatementSyntax> InFrontOf(StatementSyntax statement) =>
        statement.Parent is BlockSyntax block ? block.Statements.TakeWhile(each => each != statement) : Enumerable.Empty<StatementSyntax>();

    private static bool NeverReturns(StatementSyntax statement, SemanticModel model, CancellationToken cancellation) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }
        && model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol method
        && method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "DoesNotReturnAttribute");
}
