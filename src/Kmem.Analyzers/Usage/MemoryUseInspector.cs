using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Usage;

/// <summary>Looks at what is done with memory between its allocation and its release: KMEM4004 and 4006 to 4009.</summary>
internal sealed class MemoryUseInspector : IMemoryInspector
{
    private readonly AnalyzedProgram _program;
    private readonly BodyContract _body;
    private readonly SiblingAllocators _siblings;
    private readonly Dictionary<Value, UsedMemory> _memory = new();
    private readonly ReportList _reports;

    /// <param name="body">The context of the body that is looked at.</param>
    public MemoryUseInspector(AnalyzedProgram program, BodyContract body, ReportList reports)
    {
        _reports = reports;
        _program = program;
        _body = body;
        _siblings = new SiblingAllocators(program.Contracts);
    }

    public IReports Reports => _reports;

    public PathState Called(CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && _memory.TryGetValue(site.ValueOf(argument), out var memory))
                Use(memory, argument, parameter, site);
        }

        if (site.Contract.Allocates is { } allocation && site.Method is { } allocator)
            Allocate(allocation, allocator, site, state);
        return state;
    }

    public void Stored(Value address, Value value)
    {
        if (_memory.TryGetValue(value, out var moved) && address is not (VariableAddress or CaptureAddress))
            moved.IsFilled = true; // whoever finds it there may write it
        if (WrittenMemory(address) is not { } written)
            return;

        if (written.Field is null)
            written.Memory.IsFilled = true;
        else
            written.Memory.WriteField(written.Field);
    }

    public Verdict Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        if (!_program.Contracts.Get(demand.Function).Parameter(demand.Parameter).IsDirectMapped)
            return Verdict.Settled;
        if (!_memory.TryGetValue(demand.Value, out var memory))
            return Verdict.DependsOnValue;

        if (memory.IsHigh && !memory.IsQuestioned)
            Report(Rules.AddressOfHighPage, argument.Syntax, memory, argument.Syntax.ToString(), demand.Function.Name);
        return Verdict.Settled;
    }

    public ReturnedMemory? Describe(Value memory)
    {
        if (!_memory.TryGetValue(memory, out var known) || known.IsQuestioned)
            return null;

        return new ReturnedMemory(known.Flags, known.FlagsType, known.IsUntouched) { Way = known.Way.Insert(0, known.Site) };
    }

    public void Received(CallSite site, ReturnedMemory? memory, PathState state)
    {
        var (isHigh, mayBeZeroed, _) = memory is null ? default : Meaning(memory.Flags, memory.FlagsType, state);
        if (!_memory.TryGetValue(site.Result, out var known))
        {
            known = new UsedMemory(site.Syntax, site.Method!)
            {
                Element = ElementType.Of(site.Call.Operation),
                IsHigh = isHigh,
                Flags = memory?.Flags,
                FlagsType = memory?.FlagsType,
                Way = memory?.Way ?? ImmutableArray<SyntaxNode>.Empty,
            };
            _memory.Add(site.Result, known);
        }

        known.IsHigh &= isHigh;
        known.MayBeZeroed |= mayBeZeroed;
        known.IsFilled |= memory is not { IsUntouched: true };
        if (!Equals(known.Flags, memory?.Flags))
            known.Flags = null;
    }

    private void Allocate(AllocationContract allocation, IMethodSymbol allocator, CallSite site, PathState state)
    {
        var argument = site.FindArgument(site.Contract.FindParameter(parameter => parameter.IsFlags));
        var flags = argument is null ? null : site.ValueOf(argument);
        var (isHigh, mayBeZeroed, isZeroed) = Meaning(flags, argument?.Parameter?.Type, state);
        if (!_memory.TryGetValue(site.Result, out var memory))
        {
            var size = site.Contract.FindParameter(parameter => parameter.MaxSize is not null);
            memory = new UsedMemory(site.Syntax, allocator)
            {
                Size = site.FindArgument(size)?.Operation,
                Element = ElementType.Of(site.Call.Operation),
                IsHigh = isHigh,
                Flags = flags,
                FlagsType = argument?.Parameter?.Type,
            };
            _memory.Add(site.Result, memory);
        }

        memory.IsHigh &= isHigh;
        memory.MayBeZeroed |= mayBeZeroed;
        memory.IsFilled |= allocation.Zeroed || isZeroed || site.Contract.Parameters.Any(parameter => parameter.Reallocates || parameter.Borrows);
        if (!Equals(memory.Flags, flags))
            memory.Flags = null;
    }

    // Of flags that are not known, none is certain and each is possible.
    private static (bool IsHigh, bool MayBeZeroed, bool IsZeroed) Meaning(Value? flags, ITypeSymbol? type, PathState state)
    {
        if (type is null)
            return default;

        var (certain, possible) = flags is null ? (0, ~0L) : state.BitsOf(flags);
        var zero = FlagBits.Find(type, "__GFP_ZERO") ?? 0;
        return (FlagBits.Find(type, "__GFP_HIGHMEM") is { } high && (certain & high) != 0, (possible & zero) != 0, (certain & zero) != 0);
    }

    private void Use(UsedMemory memory, CallArgument argument, IParameterSymbol parameter, CallSite site)
    {
        var contract = site.Contract.Parameter(parameter.Ordinal);
        if (contract.Fills is { } fill)
            Fill(memory, fill, site);
        else if (contract.Copies is { } copy)
            Copy(memory, copy, site);
        else if (contract.Discloses)
            Disclose(memory, argument, site);
        else if (contract.Frees is not null)
            Release(memory, site);
        else if (!IsSourceOfCopy(parameter, site))
            memory.IsFilled = true;

        memory.IsQuestioned |= site.Method is { ReturnType.SpecialType: SpecialType.System_Boolean };
    }

    private static bool IsSourceOfCopy(IParameterSymbol parameter, CallSite site) =>
        site.Contract.Parameters.Any(each => each.Copies?.Source == parameter.Name);

    private void Fill(UsedMemory memory, FillContract fill, CallSite site)
    {
        var isZero = fill.Value.Length == 0 || site.FindArgument(fill.Value) is { } value && site.ValueOf(value) is ConstantValue { Bits: 0 };
        if (isZero && !memory.IsFilled && IsWhole(memory, fill.Size, site) && AdjacentUse.Find(memory.Site, site.Syntax) is { } statement
            && _siblings.FindZeroing(memory.Allocator) is { } zeroing && !IsMadeBy(memory, zeroing))
            Report(Rules.ClearedAllocation, memory.Site, memory, statement, zeroing.Name, memory.Allocator.Name, site.Method!.Name, zeroing.Name);
        memory.IsFilled = true;
    }

    private void Copy(UsedMemory memory, CopyContract copy, CallSite site)
    {
        if (!memory.IsFilled && IsWhole(memory, copy.Size, site) && AdjacentUse.Find(memory.Site, site.Syntax) is { } statement
            && site.FindArgument(copy.Source) is { } source && _siblings.FindDuplicating(memory.Allocator) is { } duplicating && !IsMadeBy(memory, duplicating))
        {
            var properties = Properties(memory, statement, duplicating.Name)
                .Add(DiagnosticProperties.SourceText, source.Operation.Syntax.ToString());
            _reports.Add(Diagnostic.Create(
                Rules.CopiedAllocation, memory.Site.GetLocation(), new[] { site.Syntax.GetLocation() }, properties, memory.Allocator.Name, site.Method!.Name, duplicating.Name));
        }

        memory.IsFilled = true;
    }

    // A function that does both in one is not told to call itself.
    private static bool IsMadeBy(UsedMemory memory, IMethodSymbol function) => function.DeclaringSyntaxReferences.Any(reference =>
        reference.SyntaxTree == memory.Site.SyntaxTree && reference.Span.Contains(memory.Site.Span));

    private void Disclose(UsedMemory memory, CallArgument argument, CallSite site)
    {
        if (memory.HidesNothing)
            return;

        var properties = Properties(memory, null, _siblings.FindZeroing(memory.Allocator)?.Name);
        _reports.Add(Diagnostic.Create(
            Rules.DisclosedMemory,
            argument.Operation.Syntax.GetLocation(),
            StoryOf(memory),
            properties,
            argument.Operation.Syntax.ToString(),
            memory.Allocator.Name,
            site.Method!.Name));
    }

    // An object that comes and goes so often is what a cache of its own is for.
    private void Release(UsedMemory memory, CallSite site)
    {
        if (memory.Size is not { } size || SizeExpression.Bare(size) is not ISizeOfOperation { TypeOperand: INamedTypeSymbol { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } type }
            || _program.Contracts.Get(memory.Allocator).Parameters.All(parameter => parameter.MaxSize is null or ulong.MaxValue))
            return;

        var isInHandler = _body.Kind == BodyKind.Atomic;
        if (IsErrorExit(site.Syntax))
            return;
        if (isInHandler || (LoopOf(memory.Site) is { } loop && loop == LoopOf(site.Syntax)))
            Report(Rules.FrequentAllocation, memory.Site, memory, type.Name, Rules.Text(isInHandler ? "Usage_InHandler" : "Usage_InLoop"));
    }

    // What is released where the work is given up, has not come and gone.
    private static bool IsErrorExit(SyntaxNode release) =>
        release.FirstAncestorOrSelf<BlockSyntax>() is { Parent: StatementSyntax } block
        && block.Statements.LastOrDefault() is ReturnStatementSyntax or GotoStatementSyntax or BreakStatementSyntax or ThrowStatementSyntax;

    private static SyntaxNode? LoopOf(SyntaxNode node) => node.Ancestors()
        .TakeWhile(outer => outer is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax))
        .FirstOrDefault(outer => outer is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax);

    private static bool IsWhole(UsedMemory memory, string size, CallSite site)
    {
        if (memory.Size is not { } allocated || site.FindArgument(size) is not { } used)
            return false;

        var known = SizeExpression.Evaluate(allocated);
        return known is not null
            ? known == SizeExpression.Evaluate(used.Operation)
            : SizeExpression.Bare(allocated).Syntax.IsEquivalentTo(SizeExpression.Bare(used.Operation).Syntax, topLevel: false);
    }

    // The field of a struct behind the pointer; what is written to otherwise counts as the whole.
    private (UsedMemory Memory, ISymbol? Field)? WrittenMemory(Value address)
    {
        ISymbol? field = null;
        for (var part = address; ; )
        {
            if (_memory.TryGetValue(part, out var memory))
                return (memory, field);

            switch (part)
            {
                case FieldAddress { Target: { } target } member:
                    field = member.Field;
                    part = target;
                    break;
                case ElementAddress element:
                    field = null;
                    part = element.Target;
                    break;
                case OperatorValue { Kind: Operator.Offset } offset:
                    field = null;
                    part = offset.Left;
                    break;
                default:
                    return null;
            }
        }
    }

    private void Report(DiagnosticDescriptor rule, SyntaxNode place, UsedMemory memory, params object[] arguments) =>
        Report(rule, place, memory, statement: null, replacement: null, arguments);

    private void Report(DiagnosticDescriptor rule, SyntaxNode place, UsedMemory memory, SyntaxNode? statement, string? replacement, params object[] arguments)
    {
        var story = statement is not null ? new[] { statement.GetLocation() } : place != memory.Site ? StoryOf(memory) : Array.Empty<Location>();
        _reports.Add(Diagnostic.Create(rule, place.GetLocation(), story, Properties(memory, statement, replacement), arguments));
    }

    private static IEnumerable<Location> StoryOf(UsedMemory memory) => memory.Way.Insert(0, memory.Site).Select(step => step.GetLocation());

    private static ImmutableDictionary<string, string?> Properties(UsedMemory memory, SyntaxNode? statement, string? replacement)
    {
        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.AllocationSpan, DiagnosticProperties.Text(memory.Site.Span))
            .Add(DiagnosticProperties.Replacement, replacement);
        return statement is null ? properties : properties.Add(DiagnosticProperties.StatementSpan, DiagnosticProperties.Text(statement.Span));
    }
}
