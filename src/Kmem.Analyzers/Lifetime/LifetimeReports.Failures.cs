using System.Collections.Immutable;
using System.Globalization;
using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Allocations whose failure is not looked at, and what the body holds meanwhile: whoever leaves there has to release it.</content>
internal sealed partial class LifetimeReports
{
    private readonly Dictionary<(string Id, SyntaxNode Place), Failure> _failures = new();

    public override void UsedUnchecked(Memory memory, IOperation use, IReadOnlyList<HeldMemory> held) =>
        AddFailure(Rules.MissingNullCheck, new Failure(Pointers.WithoutCasts(use.Syntax), memory, held.ToImmutableArray(), CreateUnchecked));

    public override void LostByResize(Memory result, IOperation assignment, IReadOnlyList<HeldMemory> held) =>
        AddFailure(Rules.LostByResize, new Failure(assignment.Syntax, result, held.ToImmutableArray(), CreateLostByResize));

    // On all paths to here.
    private void AddFailure(DiagnosticDescriptor rule, Failure failure)
    {
        var key = (rule.Id, failure.Place);
        _failures[key] = _failures.TryGetValue(key, out var other)
            ? other with { Held = OnBoth(other.Held, failure.Held) }
            : failure;
    }

    // What only some paths hold, others have released or handed on.
    private static ImmutableArray<HeldMemory> OnBoth(ImmutableArray<HeldMemory> first, ImmutableArray<HeldMemory> second) =>
        first.Select(each => OnBoth(each, second)).OfType<HeldMemory>().ToImmutableArray();

    private static HeldMemory? OnBoth(HeldMemory held, ImmutableArray<HeldMemory> others) =>
        others.FirstOrDefault(other => ReferenceEquals(other.Memory.Site, held.Memory.Site) && other.Memory.Holder == held.Memory.Holder) is { } same
            ? held with { MayBeNull = held.MayBeNull || same.MayBeNull }
            : null;

    private void AddFailures()
    {
        foreach (var failure in _failures.Values)
            Add(failure.Create(failure with { Held = HeldAt(failure.Memory.Site) }));
    }

    // There is one place for a check: behind the allocation, wherever its result is used.
    private ImmutableArray<HeldMemory> HeldAt(SyntaxNode allocation) =>
        _failures.Values.Where(failure => failure.Memory.Site == allocation).Select(failure => failure.Held).Aggregate(OnBoth);

    private Diagnostic CreateUnchecked(Failure failure)
    {
        var memory = failure.Memory;
        var failed = memory.FailureValue == 0
            ? (object)Rules.Text("Failure_Null")
            : memory.FailureValue.ToString(CultureInfo.InvariantCulture);
        return Diagnostic.Create(
            Rules.MissingNullCheck,
            failure.Place.GetLocation(),
            Story(memory),
            WithHeld(CheckProperties(memory, failure.Place), failure),
            failure.Place.ToString(),
            failed,
            CallSite.NameOf(memory.Origin));
    }

    private Diagnostic CreateLostByResize(Failure failure) => Diagnostic.Create(
        Rules.LostByResize,
        failure.Place.GetLocation(),
        Story(failure.Memory),
        WithHeld(ReleaseProperties(failure.Memory, failure.Place), failure),
        CallSite.NameOf(failure.Memory.Origin));

    // What was allocated behind the failure is not there yet.
    private ImmutableDictionary<string, string?> WithHeld(ImmutableDictionary<string, string?> properties, Failure failure) => Add(
        failure.Held.Where(held => held.Memory.Site.SyntaxTree == failure.Place.SyntaxTree && held.Memory.Site.SpanStart < failure.Memory.Site.SpanStart), properties);

    // The last first, as it is undone.
    private ImmutableDictionary<string, string?> Add(IEnumerable<HeldMemory> held, ImmutableDictionary<string, string?> properties)
    {
        var releases =
            from each in held
            let memory = each.Memory
            let release = (MayKeepOther(memory) ? null : _releases.Find(memory)) ?? RightRelease.Unknown
            orderby memory.Site.SpanStart descending
            select new HeldRelease(memory.Holder, memory.Site.SpanStart, release, each.MayBeNull);
        return HeldRelease.Write(releases) is { Length: > 0 } text ? properties.Add(DiagnosticProperties.Held, text) : properties;
    }

    // What a helper gives it may have filled: one release would lose what is kept inside.
    private static bool MayKeepOther(Memory memory) =>
        !memory.Way.IsEmpty && !(memory.Origin.ReturnType is IPointerTypeSymbol { PointedAtType: var type } && type.GetMembers().OfType<IFieldSymbol>().All(field => field.Type is not IPointerTypeSymbol));

    /// <summary>An allocation may have failed at a place that does not care.</summary>
    private sealed record Failure(SyntaxNode Place, Memory Memory, ImmutableArray<HeldMemory> Held, Func<Failure, Diagnostic> Create);
}
