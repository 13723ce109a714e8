using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.States;

/// <summary>One path's knowledge at a point: what places hold, what branches said of values, and what an analysis made of it.</summary>
/// <param name="Cells">What was written to an address since the method began.</param>
/// <param name="Facts">What is known of values that stayed the same.</param>
/// <param name="Domain">The analysis' own part.</param>
internal sealed record PathState(ValueMap<Value> Cells, ValueMap<Fact> Facts, DomainState Domain)
{
    public PathState(DomainState domain)
        : this(ValueMap<Value>.Empty, ValueMap<Fact>.Empty, domain)
    {
    }

    /// <summary>What the place at an address holds.</summary>
    public Value Load(Value address)
    {
        if (Cells.Find(address) is { } value)
            return value;
        if (address is FieldAddress { Target: { } target } field && Cells.Find(target) is { } whole)
            return Cells.Find(new FieldAddress(whole, field.Field)) ?? MemberOf(whole, field.Field);

        return AtEntry(address);
    }

    /// <summary>What the place at an address held when the method began.</summary>
    public static EntryValue AtEntry(Value address) => address switch
    {
        VariableAddress variable => variable.Entry,
        FieldAddress field => field.Entry,
        _ => new EntryValue(address),
    };

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
            if (cell.Value is EntryValue { Address: (FieldAddress or ElementAddress) and var read } && !read.Equals(address) && MayAlias(read, address) && cells.Find(read) is null)
                cells = cells.Set(read, new SiteValue(site, part++)); // Read before, it may hold something else when it is read again.
        }

        return this with { Cells = cells.Set(address, value) };
    }

    /// <summary>Forgets what is stored at an address, and behind it.</summary>
    public PathState Forget(Value address, SyntaxNode site) =>
        ForgetWhere(address, static (cell, outer) => cell.Equals(outer) || IsInside(cell, outer), site);

    /// <summary>Forgets what static fields hold, as after a call of code that is not known.</summary>
    public PathState ForgetStatics(SyntaxNode site) => ForgetWhere(site, static (cell, _) => IsInStatic(cell), site);

    /// <summary>Forgets what some places hold. Each has a value of its own from then on: what was two need not be one now.</summary>
    public PathState ForgetWhere<TArgument>(TArgument argument, Func<Value, TArgument, bool> isForgotten, SyntaxNode site)
    {
        var cells = Cells;
        var part = 0;
        foreach (var cell in Cells)
        {
            if (isForgotten(cell.Key, argument) && !IsReadOnly(cell.Key))
                cells = cells.Set(cell.Key, new SiteValue(site, part = part == 0 ? FreePart(site) : part + 1));
        }

        return ReferenceEquals(cells, Cells) ? this : this with { Cells = cells };
    }

    /// <summary>Drops the places whose scope ends, and what was known of values that nothing holds any more.</summary>
    /// <param name="isOfInterest">Of which values it is remembered all the same.</param>
    public PathState Drop(Value[] addresses, Func<Value, DomainState, bool> isOfInterest)
    {
        if (addresses.Length == 0)
            return this;

        var cells = Cells.RemoveWhere(addresses, static (cell, dropped) => IsAnyOrInside(cell.Key, dropped));
        if (ReferenceEquals(cells, Cells))
            return this;

        var left = this with { Cells = cells };
        var facts = Facts.RemoveWhere((left, isOfInterest), static (fact, path) => path.left.HasLost(fact.Key, path.isOfInterest));
        return ReferenceEquals(facts, Facts) ? left : left with { Facts = facts };
    }

    /// <summary>Whether a value is made of what an expression gave, no place holds that any more, and it is of no interest.</summary>
    public bool HasLost(Value value, Func<Value, DomainState, bool> isOfInterest)
    {
        if (isOfInterest(value, Domain))
            return false;
        if (value is SiteValue)
            return !Holds(value);

        foreach (var part in value.Parts)
        {
            if (HasLost(part, isOfInterest))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Makes way for a new value of an expression that is evaluated again: what it gave before is from now on the older one.
    /// </summary>
    public PathState Age(SiteValue site) => Mentions(site) && PathEditor.Age(this, site) is var (cells, facts) ? this with { Cells = cells, Facts = facts } : this;

    /// <summary>
    /// What holds on both paths. A place that holds different values has a new one from here on. What only one of them tested
    /// stays marked as tested.
    /// </summary>
    /// <param name="meeting">Where the paths meet.</param>
    /// <param name="isOfInterest">Of which values it is remembered that they were tested.</param>
    public PathState Join(PathState other, MeetingPoint meeting, Func<Value, DomainState, bool> isOfInterest)
    {
        var (cells, facts) = PathEditor.Join(this, other, meeting, isOfInterest);
        return new PathState(cells, facts, Domain.Equals(other.Domain) ? Domain : Domain.Join(other.Domain));
    }

    // Behind what other places got there when they were forgotten.
    private int FreePart(SyntaxNode site)
    {
        const int First = 100;
        var free = First;
        foreach (var cell in Cells)
        {
            if (cell.Value is SiteValue { Part: >= First and < SummaryApplication.FirstPart, IsOlder: false } other && ReferenceEquals(other.Syntax, site))
                free = Math.Max(free, other.Part + 1);
        }

        return free;
    }

    private bool Holds(Value value)
    {
        foreach (var cell in Cells)
        {
            if (cell.Key.Mentions(value) || cell.Value.Mentions(value))
                return true;
        }

        return false;
    }

    private bool Mentions(SiteValue site)
    {
        if (Holds(site))
            return true;

        foreach (var fact in Facts)
        {
            if (fact.Key.Mentions(site))
                return true;
        }

        return false;
    }

    private static Value MemberOf(Value whole, ISymbol field) => whole is EntryValue entry
        ? new FieldAddress(entry.Address, field).Entry
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

    private static bool IsInStatic(Value address) => address switch
    {
        FieldAddress { Target: null } => !IsReadOnly(address),
        FieldAddress { Target: { } target } => IsInStatic(target),
        ElementAddress element => IsInStatic(element.Target),
        _ => false,
    };

    // The same field of two objects is the same place if the two are one; fresh objects and variables are never another.
    private static bool MayAlias(Value first, Value second) => (first, second) switch
    {
        (FieldAddress { Target: { } a } one, FieldAddress { Target: { } b } two) =>
            one.IsSameField(two) && !IsDistinct(a) && !IsDistinct(b),
        (ElementAddress one, ElementAddress two) => one.Target.Equals(two.Target)
            && !(one.Index is ConstantValue && two.Index is ConstantValue),
        _ => false,
    };

    // A pointer may lead into the struct behind another one; not into a variable, or a field that no pointer leads to.
    private static bool IsDistinct(Value value) => value switch
    {
        VariableAddress or ThisValue or SiteValue => true,
        FieldAddress { Target: var target } => target is null || IsDistinct(target),
        _ => false,
    };

    private static bool IsReadOnly(Value address) => address is FieldAddress { Field: IFieldSymbol { IsReadOnly: true } };
}
