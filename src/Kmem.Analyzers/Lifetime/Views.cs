using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// Spans and structs like them: they lead to memory, live on the stack alone, and have nothing to release it with. Who gets one
/// can give it back, but not keep it.
/// </summary>
internal static class Views
{
    /// <summary>A view, or a reference, that a call makes of a pointer, a reference or another view; null where it makes none.</summary>
    public static Value? Result(CallSite site, PathState state)
    {
        if (!GivesView(site))
            return null;

        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && LeadsToMemory(parameter) && ViewOf(site.ValueOf(argument), site, state) is { } view)
                return view;
        }

        return IsOnView(site) && Releases.Handle(site, state) is { } handle ? ViewOf(handle, site, state) : null;
    }

    /// <summary>Whether a callee that is not known can only look at what an argument leads to.</summary>
    public static bool IsOnlyLent(CallSite site, CallArgument argument, PathState state) => argument.Parameter is { } parameter
        && (IsOf(parameter.Type) || (parameter.Type is IPointerTypeSymbol && MakesView(site)))
        && !MayKeep(site, site.ValueOf(argument), state);

    /// <summary>The same of what it is called on.</summary>
    public static bool IsOnlyLent(CallSite site, Value handle, PathState state) => IsOnView(site) && !MayKeep(site, handle, state);

    /// <summary>Whether a reference into memory that a callee gets may be an address again for whoever has its result.</summary>
    public static bool MayLeave(CallSite site, Value reference, PathState state) =>
        Pointers.VariableOf(Pointers.Root(reference)) is null && (site.Method is not { IsExtern: false } || (GivesView(site) ? MayKeep(site, reference, state) : MayLeadToMemory(site.Method.ReturnType)));

    public static bool IsOf(ITypeSymbol type) => type.IsRefLikeType && type.GetMembers("Dispose").IsEmpty;

    private static Value? ViewOf(Value value, CallSite site, PathState state) =>
        Pointers.Root(value) is var root && (root is EntryValue || LifetimeState.Of(state).Objects.Find(root) is not null) ? Reasoning.Apply(Operator.Derived, root, site.Result) : null;

    private static bool LeadsToMemory(IParameterSymbol parameter) => parameter.RefKind == RefKind.None
        ? IsOf(parameter.Type) || parameter.Type is IPointerTypeSymbol
        : parameter.RefKind != RefKind.Out && !IsOf(parameter.Type);

    // By what it gives back, by a view that it is called on or passed to write, it may.
    private static bool MayKeep(CallSite site, Value value, PathState state)
    {
        if (site.Method is not { } method || method.Parameters.Any(parameter => parameter.RefKind is RefKind.Ref or RefKind.Out && IsOf(parameter.Type)))
            return true;
        if (GivesView(site))
            return Result(site, state) is not { } view || !Pointers.Root(view).Equals(Pointers.Root(value));

        return MayLeadToMemory(method.ReturnType) || (!method.IsStatic && site.Call.Arguments.Length > 0 && method.ContainingType is { IsRefLikeType: true, IsReadOnly: false } && !method.IsReadOnly);
    }

    // Of a pointer, only the platform's own spans are known to be no more than that: structs of other libraries may release what they were made of.
    private static bool MakesView(CallSite site) => site.Method is { MethodKind: MethodKind.Constructor, ContainingType: { ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } type } && IsOf(type);

    private static bool GivesView(CallSite site) => MakesView(site)
        || (site.Method is { MethodKind: not MethodKind.Constructor } method && (method.ReturnsByRef || method.ReturnsByRefReadonly || IsOf(method.ReturnType)));

    private static bool IsOnView(CallSite site) => site.Method is { IsStatic: false, MethodKind: not MethodKind.Constructor, ContainingType: var type } && IsOf(type);

    private static bool MayLeadToMemory(ITypeSymbol type) => Places.IsAddress(type) || type is IFunctionPointerTypeSymbol or ITypeParameterSymbol
        || (type.TypeKind == TypeKind.Struct && type.SpecialType == SpecialType.None);
}
