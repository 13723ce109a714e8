namespace Kmem.Analyzers.Flow.Values;

/// <summary>What an <see cref="OperatorValue"/> computes.</summary>
internal enum Operator
{
    Or,
    And,
    Xor,
    Complement,
    Offset,
    Equal,
    Less,
    Not,

    /// <summary>A type or property pattern matches, which null never does.</summary>
    Matches,

    /// <summary>Another name of the same memory, such as the address of a page.</summary>
    Derived,

    /// <summary>A field of a struct that is a value and no place.</summary>
    Member,

    /// <summary>The length of an array or a text, or whether a value is there: a number, and no part of the memory.</summary>
    Measure,

    /// <summary>What a function says of an argument, and would say again: no part of it.</summary>
    Answer,
}
