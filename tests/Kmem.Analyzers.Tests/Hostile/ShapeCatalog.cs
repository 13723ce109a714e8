using Xunit;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>All shapes, by name.</summary>
public static class ShapeCatalog
{
    private static readonly Dictionary<string, Shape> Small =
        RecursiveShapes.All
            .Concat(FlowShapes.All)
            .Concat(UnsafeShapes.All)
            .Concat(AsyncShapes.All)
            .Concat(TypeShapes.All)
            .Concat(ContractShapes.All)
            .ToDictionary(shape => shape.Name);

    private static readonly Dictionary<string, Shape> Huge = HugeShapes.All.ToDictionary(shape => shape.Name);

    public static TheoryData<string> SmallNames => [.. Small.Keys];

    public static TheoryData<string> HugeNames => [.. Huge.Keys];

    internal static IEnumerable<Shape> All => Small.Values.Concat(Huge.Values);

    internal static Shape Find(string name) => Small.TryGetValue(name, out Shape? shape) ? shape : Huge[name];
}
