using System.Globalization;
using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Stack;

/// <summary>
/// <c>T* p = stackalloc T[n];</c> becomes an allocation with its check, and each way out of the method releases it. For
/// buffers declared in the outermost block of a method that has taken nothing yet, of which no way out hands the address on;
/// what is read from one to be returned is read first.
/// </summary>
internal sealed class UseHeapBuffer : CodeFix
{
    private const string Kernel = "Kmem.Kernel";

    public override string EquivalenceKey => "UseHeapBuffer";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.NodeAt(DiagnosticProperties.StackAllocationSpan) is not StackAllocArrayCreationExpressionSyntax { Initializer: null, Type: ArrayTypeSyntax type } allocation
            || allocation.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } locals } declarator }
            || locals.Parent is not LocalDeclarationStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax method } body } declaration
            || site.Model.GetDeclaredSymbol(declarator, site.Cancellation) is not ILocalSymbol { Type: IPointerTypeSymbol } buffer
            || HoldsAnything(declaration, site)
            || ErrorExit(method, site) is not { } exit
            || FindFunctions(site) is not { } functions
            || SizeOf(type, site, functions.Allocate) is not { } size)
        {
            return null;
        }

        var writer = new Writer(site, functions, declaration);
        var plan = new FixPlan(FixTitles.UseHeapBuffer(functions.Allocate.Name));
        plan.Replace(allocation.Span, $"({type.ElementType}*){writer.Name(functions.Allocate)}({size}, {writer.Name(functions.Flags)})");
        plan.Insert(Layout.LineEndBehind(declaration.GetLastToken()) ?? declaration.Span.End, writer.Check(buffer.Name, exit));
        return ReleaseEverywhere(body, declaration, buffer, writer, plan, site) ? plan : null;
    }

    // What a method has taken already it would not give back where it leaves at once; and where it holds a lock, it may not sleep.
    private static bool HoldsAnything(StatementSyntax declaration, FixSite site)
    {
        var front = Statements.InFront(declaration).ToList();
        return new SectionCalls(site).AnyOpen(front, function: null)
            || front.SelectMany(statement => statement.DescendantNodes()).OfType<InvocationExpressionSyntax>().Any(site.Allocates);
    }

    private static bool ReleaseEverywhere(
        BlockSyntax body, LocalDeclarationStatementSyntax declaration, ILocalSymbol buffer, Writer writer, FixPlan plan, FixSite site)
    {
        var function = body.Parent!;
        var front = new FrontWriter(site.Text);
        foreach (var node in Statements.OwnNodes(function).Where(node => node.SpanStart > declaration.Span.End))
        {
            switch (node)
            {
                case ThrowExpressionSyntax or YieldStatementSyntax:
                case ThrowStatementSyntax when Mentions(node, buffer.Name) || node.Ancestors().TakeWhile(outer => outer != function).Any(outer => outer is TryStatementSyntax):
                case ReturnStatementSyntax { Expression: { } given } when Mentions(given, buffer.Name) && !IsPlain(given, site):
                    return false;
                case ReturnStatementSyntax { Expression: { } result } exit when Mentions(result, buffer.Name) || !ReturnedResult.MayFollow(result, site):
                    ReturnedResult.Keep(result, exit, writer.Release(buffer.Name), site, plan);
                    break;
                case ReturnStatementSyntax or ThrowStatementSyntax:
                    front.InFrontOf((StatementSyntax)node, [writer.Release(buffer.Name)], plan);
                    break;
            }
        }

        if (site.Model.AnalyzeControlFlow(body) is { Succeeded: true, EndPointIsReachable: true })
            front.AtEndOf(body, writer.Release(buffer.Name), plan);
        return true;
    }

    // A value that was read from the buffer, and is no way to it.
    private static bool IsPlain(ExpressionSyntax result, FixSite site) => site.Model.GetTypeInfo(result, site.Cancellation).Type is { } type
        && (type.TypeKind == TypeKind.Enum || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String);

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);

    // What the method returns where it cannot go on; null where that is not known.
    private static string? ErrorExit(MethodDeclarationSyntax method, FixSite site)
    {
        var type = site.Model.GetDeclaredSymbol(method, site.Cancellation)?.ReturnType;
        return type switch
        {
            { SpecialType: SpecialType.System_Void } => "return;",
            { SpecialType: SpecialType.System_Int32 } => "return -" + SpellError(method, site) + ";",
            { SpecialType: SpecialType.System_Boolean } => "return false;",
            IPointerTypeSymbol or { IsReferenceType: true } => "return null;",
            _ => null,
        };
    }

    private static string SpellError(MethodDeclarationSyntax method, FixSite site) =>
        site.Model.Compilation.GetTypeByMetadataName(Kernel)?.GetMembers("ENOMEM").FirstOrDefault() is { } error
            ? Spelling.OfMember(site.Model, method.Body!.SpanStart + 1, error)
            : "1";

    private static Functions? FindFunctions(FixSite site)
    {
        var flags = site.Decision(DiagnosticProperties.IsAtomic) is null ? "GFP_KERNEL" : "GFP_ATOMIC";
        return site.Model.Compilation.GetTypeByMetadataName(Kernel) is { } kernel
            && kernel.GetMembers("kmalloc").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.Length == 2) is { } allocate
            && kernel.GetMembers("kfree").FirstOrDefault() is { } release
            && allocate.Parameters[1].Type.GetMembers(flags).FirstOrDefault() is { } flag
            ? new Functions(allocate, release, flag)
            : null;
    }

    private static string? SizeOf(ArrayTypeSyntax type, FixSite site, IMethodSymbol allocate)
    {
        var count = type.RankSpecifiers[0].Sizes[0];
        if (site.Model.GetConstantValue(count, site.Cancellation) is not { HasValue: true, Value: int number })
            return null;

        var isByte = site.Model.GetTypeInfo(type.ElementType, site.Cancellation).Type is { SpecialType: SpecialType.System_Byte or SpecialType.System_SByte };
        return isByte && number > Convert.ToInt64(site.Contracts.Get(allocate).Parameter(0).MaxSize ?? 0, CultureInfo.InvariantCulture)
            ? null
            : isByte ? count.ToString() : $"(nuint)({(count is LiteralExpressionSyntax or IdentifierNameSyntax ? count.ToString() : "(" + count + ")")} * sizeof({type.ElementType}))";
    }

    private sealed record Functions(IMethodSymbol Allocate, ISymbol Release, ISymbol Flags);

    /// <summary>Writes the new statements as the code around them is written.</summary>
    private sealed class Writer
    {
        private readonly FixSite _site;
        private readonly Functions _functions;
        private readonly StatementSyntax _declaration;
        private readonly string _newLine;

        public Writer(FixSite site, Functions functions, StatementSyntax declaration)
        {
            _site = site;
            _functions = functions;
            _declaration = declaration;
            _newLine = Layout.NewLine(site.Text);
        }

        public string Name(ISymbol member) => Spelling.OfMember(_site.Model, _declaration.SpanStart, member);

        public string Release(string buffer) => $"{Name(_functions.Release)}({buffer});";

        public string Check(string buffer, string exit)
        {
            var indent = Layout.Indent(_site.Text, _declaration.SpanStart);
            return Layout.StartsLine(_site.Text, _declaration.SpanStart)
                ? $"{_newLine}{indent}if ({buffer} == null){_newLine}{indent}{Layout.Step(_site.Text, _declaration)}{exit}"
                : $" if ({buffer} == null) {exit}";
        }
    }
}
