namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Lacks the attribute by which editors and dotnet format find fixes.</summary>
internal sealed class UnexportedFix : ToyFix;
