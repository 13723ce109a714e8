using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>One line of a contract file: a member, and what is promised about it.</summary>
/// <param name="DocumentationId">The member, as the compiler spells it in XML documentation:
/// <c>M:System.Threading.Thread.Sleep(System.Int32)</c>.</param>
/// <param name="Clauses">The words, each with its target; at least one.</param>
/// <param name="Line">The line's number, counted from 0.</param>
/// <param name="Start">Where the ID starts in the file's text, in characters.</param>
/// <param name="Length">The ID's length, in characters.</param>
internal sealed record ContractLine(
    string DocumentationId,
    ImmutableArray<ContractClause> Clauses,
    int Line,
    int Start,
    int Length);
