using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The call that a report of KMEM1002 or KMEM1003 stands at.</summary>
internal readonly struct SleepingCall
{
    private SleepingCall(InvocationExpressionSyntax call, SimpleNameSyntax name, IMethodSymbol method)
    {
        Call = call;
        Name = name;
        Method = method;
    }

    public InvocationExpressionSyntax Call { get; }

    /// <summary>The callee's name as written, without what qualifies it.</summary>
    public SimpleNameSyntax Name { get; }

    public IMethodSymbol Method { get; }

    /// <summary>Null for <c>await</c>, <c>lock</c>, properties, constructors and calls that the compiler does not understand.</summary>
    public static SleepingCall? At(FixSite site) =>
        site.Decision(DiagnosticProperties.Callee) is not null
        && site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>(call => call.Span.End == site.Span.End) is { } call
            ? Of(call, site.Model)
            : null;

    public static SleepingCall? Of(InvocationExpressionSyntax call, SemanticModel model) =>
        CallNames.Of(call) is { } name && model.GetSymbolInfo(call).Symbol is IMethodSymbol method
            ? new SleepingCall(call, name, method)
            : null;
}
