namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A call that a method owes on its way out.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Undone">What it closes or releases (<see cref="CallBalance"/>).</param>
/// <param name="TakenAt">Where that was opened or allocated.</param>
internal sealed record OwedCall(string Text, IReadOnlyList<string> Undone, int TakenAt);
