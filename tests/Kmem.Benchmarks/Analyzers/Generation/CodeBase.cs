namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>A file of a generated project.</summary>
internal sealed record SourceFile(string Path, string Text);

/// <summary>A generated project: the same for the same kind, size and seed.</summary>
internal sealed class CodeBase
{
    private CodeBase(string name, bool usesKmem, IReadOnlyList<SourceFile> files)
    {
        Name = name;
        UsesKmem = usesKmem;
        Files = files;
        Lines = files.Sum(file => file.Text.AsSpan().Count('\n'));
    }

    public string Name { get; }

    /// <summary>The project references Kmem, or knows nothing of it.</summary>
    public bool UsesKmem { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    public int Lines { get; }

    /// <summary>Adds files until there are as many lines as wanted.</summary>
    /// <param name="name">The kind of code, for tables.</param>
    /// <param name="usesKmem">Whether the project references Kmem.</param>
    /// <param name="kiloLines">The size in thousands of lines.</param>
    /// <param name="create">Makes the file of a number, out of a random source of its own.</param>
    public static CodeBase Grow(string name, bool usesKmem, int kiloLines, Func<int, Random, SourceFile> create)
    {
        const int Seed = 20_100;
        var files = new List<SourceFile>();
        for (var lines = 0; lines < kiloLines * 1000; lines += files[^1].Text.AsSpan().Count('\n'))
            files.Add(create(files.Count, new Random(Seed + files.Count)));

        return new CodeBase(name, usesKmem, files);
    }
}
