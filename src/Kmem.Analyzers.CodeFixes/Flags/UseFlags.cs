using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Flags;

/// <summary>Other flags in the place of those that must not be there: <c>GFP_DMA | GFP_KERNEL</c> becomes <c>GFP_DMA | GFP_ATOMIC</c>.</summary>
internal sealed class UseFlags : CodeFix
{
    private static readonly char[] Comma = [','];
    private static readonly char[] Semicolon = [';'];

    /// <param name="equivalenceKey">Names the change for fix-all.</param>
    public UseFlags(string equivalenceKey) => EquivalenceKey = equivalenceKey;

    public override string EquivalenceKey { get; }

    public override FixPlan? Plan(FixSite site) =>
        FlagsArgument(site) is { } flags ? ReplaceFlags(site, flags) ?? ReplaceWhole(site, flags) : null;

    private static ExpressionSyntax? FlagsArgument(FixSite site)
    {
        var node = site.Node is ArgumentSyntax named ? named.Expression : site.Node;
        return node is ExpressionSyntax { Parent: ArgumentSyntax } expression && ParameterType(site, expression) is not null ? expression : null;
    }

    // A flags argument left out is reported at the call, which is no number and no enum.
    private static ITypeSymbol? ParameterType(FixSite site, ExpressionSyntax flags) =>
        site.Model.GetTypeInfo(flags, site.Cancellation).ConvertedType is { } type
        && (type.TypeKind == TypeKind.Enum || type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64)
            ? type
            : null;

    private static FixPlan? ReplaceFlags(FixSite site, ExpressionSyntax flags)
    {
        if (site.Decision(DiagnosticProperties.FlagReplacements) is not { } decision)
            return null;

        var rewritten = FlagExpression.Rewrite(flags, site.Model, Replacements(decision));
        if (rewritten.CannotBeRewritten || rewritten.Changes.Count == 0)
            return null;
        if (rewritten.HasOtherParts && KnowsWhole(site, flags))
            return null;

        var plan = new FixPlan(rewritten.Written.Length > 0 ? FixTitles.UseFlags(rewritten.Written) : FixTitles.DropFlags);
        foreach (var change in rewritten.Changes)
            plan.Replace(change.Span, change.NewText!);
        return plan;
    }

    // The analysis knows what a variable adds: from a constant, or from what it has followed.
    private static bool KnowsWhole(FixSite site, ExpressionSyntax flags) =>
        site.Decision(DiagnosticProperties.WholeFlags) is { } whole
        && (whole.IndexOf(',') >= 0 || site.Model.GetConstantValue(flags, site.Cancellation).HasValue);

    private static FixPlan? ReplaceWhole(FixSite site, ExpressionSyntax flags)
    {
        if (site.Decision(DiagnosticProperties.WholeFlags)?.Split(Comma, StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } names)
            return null;

        var members = names.Select(name => ParameterType(site, flags)!.GetMembers(name).FirstOrDefault(member => member is IFieldSymbol)).ToList();
        if (members.Contains(null))
            return null;

        var plan = new FixPlan(FixTitles.UseFlags(string.Join(" | ", names)));
        plan.Replace(flags.Span, string.Join(" | ", members.Select(member => Spelling.OfMember(site.Model, flags.SpanStart, member!))));
        return plan;
    }

    // GFP_KERNEL=GFP_ATOMIC;GFP_HIGHUSER=GFP_ATOMIC,__GFP_HIGHMEM;__GFP_IO=
    private static Dictionary<string, string[]> Replacements(string decision)
    {
        var replacements = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var entry in decision.Split(Semicolon, StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = entry.IndexOf('=');
            if (sign > 0)
                replacements[entry.Substring(0, sign)] = entry.Substring(sign + 1).Split(Comma, StringSplitOptions.RemoveEmptyEntries);
        }

        return replacements;
    }
}
