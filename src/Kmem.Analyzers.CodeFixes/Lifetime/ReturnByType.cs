using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The return that a method's type asks for on failure, in the kernel's ways; an exception where it has none.</summary>
internal sealed class ReturnByType
{
    private const string OutOfMemory = "ENOMEM";

    private readonly InvocationExpressionSyntax _call;
    private readonly SyntaxNode? _function;
    private readonly AssignedVariables _assigned;
    private readonly SemanticModel _model;
    private readonly int _position;

    public ReturnByType(StatementSyntax allocation, InvocationExpressionSyntax call, AssignedVariables assigned, FixSite site)
    {
        _call = call;
        _function = Statements.Function(allocation);
        _assigned = assigned;
        _model = site.Model;
        _position = allocation.SpanStart;
    }

    public string Statement => (_model.GetEnclosingSymbol(_position) is IMethodSymbol method ? Return(method) : null) ?? Throw;

    /// <summary>What a variable is given for its method to return it on failure; null where its type has no such value.</summary>
    public string? FailureOf(IdentifierNameSyntax variable) => _model.GetTypeInfo(variable).Type is { } type ? Failure(type) : null;

    // "Out of memory", negative as the kernel returns it; null where nobody here knows the number.
    private string? ErrorCode => ErrorConstant() is { } constant ? "-" + Spelling.OfMember(_model, _position, constant) : null;

    private string Throw
    {
        get
        {
            var type = _model.Compilation.GetTypeByMetadataName("System.OutOfMemoryException");
            return "throw new " + (type is null ? "System.OutOfMemoryException" : Spelling.OfType(_model, _position, type)) + "();";
        }
    }

    private string? Return(IMethodSymbol method)
    {
        if (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor
            || method.ReturnsByRef || method.ReturnsByRefReadonly
            || method.Parameters.Any(parameter => parameter.RefKind == RefKind.Out && !_assigned.Contains(parameter)))
        {
            return null;
        }

        if (_function is not null && Statements.OwnNodes(_function).Any(node => node is YieldStatementSyntax))
            return "yield break;";

        var result = method.IsAsync ? Awaited(method.ReturnType) : method.ReturnType;
        if (result is null || result.SpecialType == SpecialType.System_Void)
            return "return;";
        return Failure(result) is { } failure ? "return " + failure + ";" : null;
    }

    // Null for an async method without a result.
    private static ITypeSymbol? Awaited(ITypeSymbol type) => type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } ? arguments[0] : null;

    private string? Failure(ITypeSymbol type) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => "null",
        { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => type.IsNativeIntegerType ? "0" : Spelling.OfType(_model, _position, type) + ".Zero",
        { SpecialType: SpecialType.System_Boolean } => "false",
        { SpecialType: SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64 } => ErrorCode,
        { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => "null",
        { IsReferenceType: true } when !IsTask(type) && !PromisesNotNull(type) => "null",
        _ => null,
    };

    // A caller would wait for a null.
    private static bool IsTask(ITypeSymbol type) => type.Name is "Task" or "ValueTask";

    private bool PromisesNotNull(ITypeSymbol type) =>
        type.NullableAnnotation == NullableAnnotation.NotAnnotated && _model.GetNullableContext(_position).WarningsEnabled();

    private IFieldSymbol? ErrorConstant() =>
        Constants(_model.LookupSymbols(_position, name: OutOfMemory))
        ?? Constants(_model.GetSymbolInfo(_call).Symbol?.ContainingType?.GetMembers(OutOfMemory) ?? [])
        ?? Constants(_model.Compilation.GetTypeByMetadataName("Kmem.Kernel")?.GetMembers(OutOfMemory) ?? []);

    private static IFieldSymbol? Constants(IEnumerable<ISymbol> symbols) =>
        symbols.OfType<IFieldSymbol>().FirstOrDefault(field => field.IsConst && field.Type.SpecialType == SpecialType.System_Int32);
}
