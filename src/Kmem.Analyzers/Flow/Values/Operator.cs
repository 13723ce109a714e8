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

    /// <summary>A field of a struct that is a value and no place.</summary>
    Member,
}
