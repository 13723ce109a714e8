using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>
/// What a place may hold, as a term. Terms are compared by structure, so two names of one thing share a value. The address
/// of a place is a value too: a variable's, or that of a field or element behind another address or reference.
/// </summary>
internal abstract class Value : IEquatable<Value>
{
    /// <summary>Deeper terms are given up as unknown; it keeps loops finite.</summary>
    public const int MaxDepth = 8;

    private readonly int _hash;

    protected Value(int hash, int depth)
    {
        _hash = hash;
        Depth = depth;
    }

    public int Depth { get; }

    /// <summary>The terms that this one is made of.</summary>
    public virtual IEnumerable<Value> Parts => Array.Empty<Value>();

    public abstract bool Equals(Value? other);

    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    public sealed override int GetHashCode() => _hash;

    protected static int Combine(int first, int second, int third = 0) => unchecked((((first * 31) + second) * 31) + third);
}

/// <summary>A known value: null, a bool, an integer (as <see cref="long"/>), or anything the language takes as a constant.</summary>
internal sealed class ConstantValue : Value
{
    public static readonly ConstantValue Null = new(null);
    public static readonly ConstantValue True = new(true);
    public static readonly ConstantValue False = new(false);

    private ConstantValue(object? value)
        : base(Combine(1, value?.GetHashCode() ?? 0), 1) => Content = value;

    public object? Content { get; }

    /// <summary>The content as bits, where it has some; null counts as zero.</summary>
    public long? Bits => Content switch
    {
        null => 0,
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => null,
    };

    public static ConstantValue Of(object? content) => content switch
    {
        null => Null,
        bool flag => flag ? True : False,
        ulong number => new ConstantValue(unchecked((long)number)),
        sbyte or byte or short or ushort or int or uint or long => new ConstantValue(Convert.ToInt64(content, null)),
        char letter => new ConstantValue((long)letter),
        _ => new ConstantValue(content),
    };

    public override bool Equals(Value? other) => other is ConstantValue constant && Equals(Content, constant.Content);

    public override string ToString() => Content?.ToString() ?? "null";
}

/// <summary>What a place held when the method began.</summary>
internal sealed class EntryValue : Value
{
    public EntryValue(Value address)
        : base(Combine(2, address.GetHashCode()), address.Depth + 1) => Address = address;

    public Value Address { get; }

    public override IEnumerable<Value> Parts => new[] { Address };

    public override bool Equals(Value? other) => ReferenceEquals(this, other) || (other is EntryValue entry && Address.Equals(entry.Address));

    public override string ToString() => Address.ToString().TrimStart('&');
}

/// <summary>The object that a member was called on, or the address of the struct.</summary>
internal sealed class ThisValue : Value
{
    public static readonly ThisValue Instance = new();

    private ThisValue()
        : base(3, 1)
    {
    }

    public override bool Equals(Value? other) => other is ThisValue;

    public override string ToString() => "this";
}

/// <summary>The address of a local or parameter; for a by-reference one: the address that the caller passed.</summary>
internal sealed class VariableAddress : Value
{
    public VariableAddress(ISymbol variable)
        : base(Combine(4, SymbolEqualityComparer.Default.GetHashCode(variable)), 1) => Variable = variable;

    public ISymbol Variable { get; }

    public override bool Equals(Value? other) =>
        other is VariableAddress address && SymbolEqualityComparer.Default.Equals(Variable, address.Variable);

    public override string ToString() => "&" + Variable.Name;
}

/// <summary>A place that the compiler made to carry a value from block to block.</summary>
internal sealed class CaptureAddress : Value
{
    public CaptureAddress(int id)
        : base(Combine(5, id), 1) => Id = id;

    public int Id { get; }

    public override bool Equals(Value? other) => other is CaptureAddress address && Id == address.Id;

    public override string ToString() => "&capture" + Id;
}

/// <summary>The address of a field (or of an automatic property) of what is at an address or reference; static ones have no base.</summary>
internal sealed class FieldAddress : Value
{
    public FieldAddress(Value? target, ISymbol field)
        : base(Combine(6, target?.GetHashCode() ?? 0, SymbolEqualityComparer.Default.GetHashCode(field)), (target?.Depth ?? 0) + 1)
    {
        Target = target;
        Field = field;
    }

    public Value? Target { get; }

    public ISymbol Field { get; }

    public override IEnumerable<Value> Parts => Target is null ? Array.Empty<Value>() : new[] { Target };

    public override bool Equals(Value? other) => ReferenceEquals(this, other)
        || (other is FieldAddress address && SymbolEqualityComparer.Default.Equals(Field, address.Field) && Equals(Target, address.Target));

    public override string ToString() =>
        Target is null ? "&" + Field.ContainingType?.Name + "." + Field.Name : "&" + Target.ToString().TrimStart('&') + "." + Field.Name;
}

/// <summary>The address of an element behind a pointer or in an array.</summary>
internal sealed class ElementAddress : Value
{
    public ElementAddress(Value target, Value index)
        : base(Combine(7, target.GetHashCode(), index.GetHashCode()), Math.Max(target.Depth, index.Depth) + 1)
    {
        Target = target;
        Index = index;
    }

    public Value Target { get; }

    public Value Index { get; }

    public override IEnumerable<Value> Parts => new[] { Target, Index };

    public override bool Equals(Value? other) => ReferenceEquals(this, other)
        || (other is ElementAddress address && Target.Equals(address.Target) && Index.Equals(address.Index));

    public override string ToString() => Target + "[" + Index + "]";
}

/// <summary>Whatever an expression gave: told apart from all others by where it stands.</summary>
internal sealed class SiteValue : Value
{
    /// <param name="syntax">The expression.</param>
    /// <param name="part">Tells the values of one expression apart: its result, its out arguments.</param>
    /// <param name="isOlder">The value of an earlier round through a loop.</param>
    public SiteValue(SyntaxNode syntax, int part = 0, bool isOlder = false)
        : base(Combine(8, syntax.GetHashCode(), (part * 2) + (isOlder ? 1 : 0)), 1)
    {
        Syntax = syntax;
        Part = part;
        IsOlder = isOlder;
    }

    public SyntaxNode Syntax { get; }

    public int Part { get; }

    public bool IsOlder { get; }

    public SiteValue Older => new(Syntax, Part, isOlder: true);

    public override bool Equals(Value? other) =>
        other is SiteValue site && ReferenceEquals(Syntax, site.Syntax) && Part == site.Part && IsOlder == site.IsOlder;

    public override string ToString() =>
        "<" + Syntax.ToString() + (Part == 0 ? "" : "#" + Part) + (IsOlder ? "'" : "") + ">";
}

internal enum Operator
{
    Or,
    And,
    Xor,
    Complement,
    Offset,
    Equal,
    Less,
    LessOrEqual,
    Not,

    /// <summary>A type or property pattern matches, which null never does.</summary>
    Matches,

    /// <summary>A field of a struct that is a value and no place.</summary>
    Member,
}

/// <summary>An operator applied to other values.</summary>
internal sealed class OperatorValue : Value
{
    public OperatorValue(Operator kind, Value left, Value? right = null)
        : base(Combine(9 + (int)kind, left.GetHashCode(), right?.GetHashCode() ?? 0), Math.Max(left.Depth, right?.Depth ?? 0) + 1)
    {
        Kind = kind;
        Left = left;
        Right = right;
    }

    public Operator Kind { get; }

    public Value Left { get; }

    public Value? Right { get; }

    public override IEnumerable<Value> Parts => Right is null ? new[] { Left } : new[] { Left, Right };

    public override bool Equals(Value? other) => ReferenceEquals(this, other)
        || (other is OperatorValue value && Kind == value.Kind && Left.Equals(value.Left) && Equals(Right, value.Right));

    public override string ToString() => Right is null ? $"{Kind}({Left})" : $"{Kind}({Left}, {Right})";
}

/// <summary>A delegate whose method is known.</summary>
internal sealed class FunctionValue : Value
{
    public FunctionValue(IMethodSymbol method, IFlowAnonymousFunctionOperation? lambda, Value? receiver)
        : base(Combine(40, SymbolEqualityComparer.Default.GetHashCode(method)), (receiver?.Depth ?? 0) + 1)
    {
        Method = method;
        Lambda = lambda;
        Receiver = receiver;
    }

    public IMethodSymbol Method { get; }

    /// <summary>The lambda in this method's graph; null for a method group.</summary>
    public IFlowAnonymousFunctionOperation? Lambda { get; }

    public Value? Receiver { get; }

    public override IEnumerable<Value> Parts => Receiver is null ? Array.Empty<Value>() : new[] { Receiver };

    public override bool Equals(Value? other) => other is FunctionValue function
        && SymbolEqualityComparer.Default.Equals(Method, function.Method) && Equals(Receiver, function.Receiver);

    public override string ToString() => Method.Name.Length == 0 ? "lambda" : Method.Name;
}
