using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>A piece of code that analyzers may stumble over.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Code">The file.</param>
/// <param name="Valid">Whether it compiles.</param>
/// <param name="Output">What it compiles to.</param>
internal sealed record Shape(string Name, string Code, bool Valid = true, OutputKind Output = OutputKind.DynamicallyLinkedLibrary)
{
    public static Shape Broken(string name, string code) => new(name, code, Valid: false);
}
