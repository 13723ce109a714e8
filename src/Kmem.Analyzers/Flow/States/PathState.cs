using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.States;

/// <summary>One path's knowledge at a point: what places hold, what branches said of values, and what an analysis made of it.</summary>
/// <param name="Cells">What was written to an address since the method began.</param>
/// <param name="Facts">What is known of values that stayed the same.</param>
/// <param name="Domain">The analysis' own part.</param>
internal sealed record PathState(SmallMap<Value, Value> Cells, SmallMap<Value, Fact> Facts, DomainState Domain)
{
    public PathState(DomainState domain)
        : this(SmallMap<Value, Value>.Empty, SmallMap<Value, Fact>.Empty, domain)
    {
    }

    /// <summary>What the place at an address holds.</summary>
    public Value Load(Value address)
    {
        if (Cells.Find(address) is { } value)
            return value;
        if (address is FieldAddress { Target: { } target } field && Cells.Find(target) is { } whole)
            return Cells.Find(new FieldAddress(whole, field.Field)) ?? MemberOf(whole, field.Field);

        return address is VariableAddress variable ? variable.Entry : new EntryValue(address);
    }

    /// <summary>Writes a place; what another name of it may have held is forgotten.</summary>
    public PathState Store(Value address, Value value, SyntaxNode site)
    {
        var cells = Cells.RemoveWhere(address, static (cell, outer) => IsInside(cell.Key, outer));
        var part = 1;
        if (address is VariableAddress or CaptureAddress)
            return this with { Cells = cells.Set(address, value) };

        foreach (var cell in cells)
        {
            if (!cell.Key.Equals(address) && MayAlias(cell.Key, address))
                cells = cells.Set(cell.Key, new SiteValue(site, part++));
        }

        return this with { Cells = cells.Set(address, value) };
    }

    /// <summary>Forgets what is stored at an address, and behind it.</summary>
    public PathState Forget(Value address, SyntaxNode site)
    {
        var cells = Cells;
        var part = 100;
        foreach (var cell in Cells)
        {
            if ((cell.Key.Equals(address) || IsInside(cell.Key, address)) && !IsReadOnly(cell.Key))
                cells = cells.Set(cell.Key, new SiteValue(site, part++));
        }

        return ReferenceEquals(cells, Cells) ? this : this with { Cells = cells };
    }

    /// <summary>Forgets what static fields hold, as after a call of code that is not known.</summary>
    public PathState ForgetStatics(SyntaxNode site)
    {
        var state = this;
        foreach (var cell in Cells)
        {
            if (cell.Key is FieldAddress { Target: null } && !IsReadOnly(cell.Key))
                state = state.Forget(cell.Key, site);
        }

        return state;
    }

    /// <summary>Drops the places whose scope ends.</summary>
    public PathState Drop(Value[] addresses)
    {
        if (addresses.Length == 0)
            return this;

        var cells = Cells.RemoveWhere(addresses, static (cell, dropped) => IsAnyOrInside(cell.Key, dropped));
        return ReferenceEquals(cells, Cells) ? this : this with { Cells = cells };
    }

    /// <summary>
    /// Makes way for a new value of an expression that is evaluated again: what it gave before is from now on the older one.
    /// </summary>
    public PathState Age(SiteValue site)
    {
        var cells = Cells.RemoveWhere(site, static (cell, old) => cell.Key.Mentions(old) || cell.Value.Mentions(old));
        var facts = Facts.RemoveWhere(site, static (fact, old) => fact.Key.Mentions(old));
        if (ReferenceEquals(cells, Cells) && ReferenceEquals(facts, Facts))
            return this;

        var older = site.Older;
        facts = facts.RemoveWhere(older, static (fact, old) => fact.Key.Mentions(old));
        foreach (var cell in Cells)
        {
            if (cell.Key.Mentions(site) || !cell.Value.Equals(site))
                continue;
            cells = cells.Set(cell.Key, older);
            if (KnownOfBoth(site, older) is { } known)
                facts = facts.Set(older, known);
        }

        return this with { Cells = cells, Facts = facts };
    }

    // What was found out about the value stays so when it becomes the older one; about two that share that name, only what holds for both.
    private Fact? KnownOfBoth(SiteValue site, SiteValue older)
    {
        if (Facts.Find(site) is not { } known)
            return null;

        foreach (var cell in Cells)
        {
            if (cell.Value.Equals(older))
                return Facts.Find(older) is { } other && other.Signs == known.Signs && Equals(other.Constant, known.Constant) ? known : null;
        }

        return known;
    }

    /// <summary>The places that hold different values on two paths.</summary>
    public IEnumerable<Value> PlacesThatDiffer(PathState other)
    {
        foreach (var cell in Cells)
        {
            if (!cell.Value.Equals(other.Cells.Find(cell.Key)))
                yield return cell.Key;
        }

        foreach (var cell in other.Cells)
        {
            if (Cells.Find(cell.Key) is null)
                yield return cell.Key;
        }
    }

    /// <summary>
    /// What holds on both paths. A place that holds different values has a new one from here on. What only one of them tested
    /// stays marked as tested.
    /// </summary>
    /// <param name="valueOf">The new value of a place.</param>
    /// <param name="isOfInterest">Of which values it is remembered that they were tested.</param>
    public PathState Join(PathState other, Func<Value, SiteValue> valueOf, Func<Value, PathState, bool> isOfInterest)
    {
        var (first, second) = (this, other);
        foreach (var place in PlacesThatDiffer(other).ToList())
        {
            var value = valueOf(place);
            (first, second) = (first.Meet(place, value, first.Load(place)), second.Meet(place, value, second.Load(place)));
        }

        return new PathState(
            first.Cells.Intersect(second.Cells),
            JoinFacts(first, second, isOfInterest),
            Domain.Equals(other.Domain) ? Domain : Domain.Join(other.Domain));
    }

    // The place's new value, of which is known what was known of the one it held.
    private PathState Meet(Value place, SiteValue value, Value held)
    {
        var aged = Age(value);
        var signs = this.SignsOf(held);
        return aged with
        {
            Cells = aged.Cells.Set(place, value),
            Facts = signs == Signs.Any ? aged.Facts : aged.Facts.Set(value, new Fact(signs)),
        };
    }

    private static SmallMap<Value, Fact> JoinFacts(PathState first, PathState second, Func<Value, PathState, bool> isOfInterest)
    {
        var facts = first.Facts;
        foreach (var fact in first.Facts)
        {
            var other = second.Facts.Find(fact.Key);
            if (fact.Value.Equals(other))
                continue;
            if (isOfInterest(fact.Key, first) || isOfInterest(fact.Key, second))
                facts = facts.Set(fact.Key, Fact.Join(fact.Value, other));
            else
                facts = Either(facts, fact.Key, fact.Value, other);
        }

        foreach (var fact in second.Facts)
        {
            if (first.Facts.Find(fact.Key) is null && (isOfInterest(fact.Key, first) || isOfInterest(fact.Key, second)))
                facts = facts.Set(fact.Key, Fact.Join(null, fact.Value));
        }

        return facts;
    }

    /// <summary>Facts of which one says no more of a value than what it is on either of two paths.</summary>
    public static SmallMap<Value, Fact> Either(SmallMap<Value, Fact> facts, Value value, Fact first, Fact? second)
    {
        var signs = first.Signs | (second?.Signs ?? Signs.Any);
        return signs == Signs.Any ? facts.Remove(value) : facts.Set(value, new Fact(signs, Equals(first.Constant, second?.Constant) ? first.Constant : null));
    }

    private static Value MemberOf(Value whole, ISymbol field) => whole is EntryValue entry
        ? new EntryValue(new FieldAddress(entry.Address, field))
        : new OperatorValue(Operator.Member, whole, ConstantValue.Of(field.Name));

    private static bool IsAnyOrInside(Value address, Value[] outer)
    {
        foreach (var each in outer)
        {
            if (address.Equals(each) || IsInside(address, each))
                return true;
        }

        return false;
    }

    private static bool IsInside(Value address, Value outer) => address switch
    {
        FieldAddress { Target: { } target } => target.Equals(outer) || IsInside(target, outer),
        ElementAddress element => element.Target.Equals(outer) || IsInside(element.Target, outer),
        _ => false,
    };

    // The same field of two objects is the same place if the two are one; fresh objects and variables are never another.
    private static bool MayAlias(Value first, Value second) => (first, second) switch
    {
        (FieldAddress { Target: { } a } one, FieldAddress { Target: { } b } two) =>
            SymbolEqualityComparer.Default.Equals(one.Field, two.Field) && !IsDistinct(a) && !IsDistinct(b),
        (ElementAddress one, ElementAddress two) => one.Target.Equals(two.Target)
            && !(one.Index is ConstantValue && two.Index is ConstantValue),
        _ => false,
    };

    private static bool IsDistinct(Value value) => value is VariableAddress or ThisValue or SiteValue or FieldAddress;

    private static bool IsReadOnly(Value address) => address is FieldAddress { Field: IFieldSymbol { IsReadOnly: true } };
}
