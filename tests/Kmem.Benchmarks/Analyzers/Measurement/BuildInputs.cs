namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>What the build wrote down beside the program: paths of assemblies, one a line.</summary>
internal static class BuildInputs
{
    public static IEnumerable<string> Read(string list) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, list));
}
