using System.Globalization;
using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The call that never sleeps in place of the one that may, with the releases of its memory (<see cref="AtomicAlternative"/>).</summary>
internal sealed class UseAtomicAlternative : CodeFix
{
    /// <summary>Shared by all fixes that make a call atomic: one fix-all does them together.</summary>
    public const string Key = "UseAtomicForm";

    public override string EquivalenceKey => Key;

    public override FixPlan? Plan(FixSite site)
    {
        if (SleepingCall.At(site) is not { } sleeping
            || AtomicAlternative.Of(sleeping.Method) is not { } alternative
            || alternative.FindBeside(sleeping.Method) is null)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseAlternative(alternative.Replacement));
        if (alternative.Releases.Count == 0)
            return Substitute(plan, sleeping, site) ? plan : null;

        // Memory of another family goes back another way: the holder's other allocations and its releases change along.
        return MemoryHolder.Of(sleeping, site) is { } holder
            && holder.Allocations.All(allocation => Substitute(plan, allocation, site))
            && holder.Releases.All(release => Rename(plan, release, alternative))
                ? plan
                : null;
    }

    private static bool Rename(FixPlan plan, SleepingCall release, AtomicAlternative alternative)
    {
        plan.Replace(release.Name.Identifier.Span, alternative.Releases[release.Method.Name]);
        return release.Method.ContainingType.GetMembers(alternative.Releases[release.Method.Name]).Any();
    }

    private static bool Substitute(FixPlan plan, SleepingCall sleeping, FixSite site)
    {
        var arguments = sleeping.Call.ArgumentList.Arguments;
        if (AtomicAlternative.Of(sleeping.Method) is not { } alternative
            || alternative.FindBeside(sleeping.Method) is not { } replacement
            || arguments.Count != 1
            || IsTooLarge(arguments[0].Expression, replacement, site))
        {
            return false;
        }

        plan.Replace(sleeping.Name.Identifier.Span, alternative.Replacement);
        DropName(plan, arguments[0]);
        if (alternative.Factor != 1)
            Multiply(plan, arguments[0].Expression, alternative.Factor, site.Model);
        if (alternative.ExtraArgument is { } extra)
            Append(plan, arguments[0], replacement.Parameters.Last().Type.GetMembers(extra)[0], site.Model);
        return true;
    }

    // kmalloc's memory is contiguous: it has a limit that vmalloc has not.
    private static bool IsTooLarge(ExpressionSyntax size, IMethodSymbol replacement, FixSite site) =>
        site.Contracts.Get(replacement).Parameter(0).MaxSize is { } most
        && site.Model.GetConstantValue(size, site.Cancellation).Value is IConvertible constant and not string
        && constant.ToDecimal(CultureInfo.InvariantCulture) > most;

    // The replacement's parameter may have another name.
    private static void DropName(FixPlan plan, ArgumentSyntax argument)
    {
        if (argument.NameColon is { } name)
            plan.Delete(TextSpan.FromBounds(name.SpanStart, argument.Expression.SpanStart));
    }

    private static void Append(FixPlan plan, ArgumentSyntax last, ISymbol member, SemanticModel model) =>
        plan.Insert(last.Span.End, ", " + Spelling.OfMember(model, last.SpanStart, member));

    private static void Multiply(FixPlan plan, ExpressionSyntax value, int factor, SemanticModel model)
    {
        // A byte times an int is an int, which does not go where a uint is asked for.
        var isNarrow = !model.GetConstantValue(value).HasValue && model.GetTypeInfo(value).Type?.SpecialType is not SpecialType.System_UInt32;
        var product = " * " + factor + (isNarrow ? "u" : "");
        if (value is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
            or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            plan.Insert(value.Span.End, product);
            return;
        }

        plan.Insert(value.SpanStart, "(");
        plan.Insert(value.Span.End, ")" + product);
    }
}
