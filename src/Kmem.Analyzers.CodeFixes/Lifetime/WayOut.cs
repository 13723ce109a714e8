using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>What a method undoes behind a jump: at the label, behind the loop, in the finally blocks around.</summary>
internal static class WayOut
{
    /// <summary>The places whose memory is released there.</summary>
    public static IEnumerable<string> From(StatementSyntax exit, CallBalance balance)
    {
        var behind = exit switch
        {
            GotoStatementSyntax { Expression: IdentifierNameSyntax name } => BehindLabel(name.Identifier.ValueText, exit),
            BreakStatementSyntax or ContinueStatementSyntax => Statements.Behind(exit),
            _ => [],
        };
        return behind.Concat(Statements.FinallyAround(exit)).SelectMany(CallBalance.CallsIn).SelectMany(balance.Released);
    }

    private static IEnumerable<StatementSyntax> BehindLabel(string name, StatementSyntax exit) =>
        Statements.Function(exit) is { } function && Statements.OwnNodes(function).OfType<LabeledStatementSyntax>().FirstOrDefault(each => each.Identifier.ValueText == name) is { } label
            ? Statements.Behind(label).Prepend(label)
            : [];
}
