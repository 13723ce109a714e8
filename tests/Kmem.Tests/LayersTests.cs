using System.Text.RegularExpressions;

namespace Kmem.Tests;

/// <summary>
/// The folders of the runtime are layers: a file may name only types of its own layer and of those below it, by the names declared in their files.
/// </summary>
public class LayersTests
{
    private static readonly string[][] s_layers = [["Observation", "Platform"], ["Physical"], ["Execution"], ["Pages"], ["Slab", "Virtual", "PerCpu", "Dma"], ["Reports"], ["Machine"], ["Kernel"], ["DotNet"]];

    [Fact]
    public void No_file_names_a_type_of_a_layer_above_it()
    {
        Dictionary<string, string> files = ReadSources();
        Assert.Empty(UpwardReferences(files));
    }

    [Fact]
    public void Every_folder_is_a_layer_with_types()
    {
        Dictionary<string, string> declared = DeclaredTypes(ReadSources());
        foreach (string folder in s_layers.SelectMany(layer => layer))
            Assert.Contains(folder, declared.Values);
    }

    [Theory]
    [InlineData("Platform/Planted.cs", "class Planted { Zone? zone; }")]
    [InlineData("Execution/Planted.cs", "class Planted { object o = new SlabAllocator(); }")]
    [InlineData("Pages/Planted.cs", "class Planted { void F() => Kernel.BUG(); }")]
    [InlineData("Slab/Planted.cs", "class Planted { VmallocSpace? space; }")]
    public void An_upward_or_sideways_reference_is_found(string path, string source)
    {
        Dictionary<string, string> files = ReadSources();
        files.Add(path, source);
        Assert.Equal([path], UpwardReferences(files).Select(found => found.Split(':')[0]));
    }

    private static List<string> UpwardReferences(Dictionary<string, string> files)
    {
        Dictionary<string, string> declared = DeclaredTypes(files);
        List<string> found = [];
        foreach ((string path, string source) in files)
        {
            string folder = path.Split('/')[0];
            foreach (string name in Identifiers(source))
            {
                if (declared.TryGetValue(name, out string? other) && other != folder && LayerOf(other) >= LayerOf(folder))
                    found.Add($"{path}: names {name} of {other}");
            }
        }
        return found;
    }

    private static int LayerOf(string folder) => Array.FindIndex(s_layers, layer => layer.Contains(folder));

    private static Dictionary<string, string> DeclaredTypes(Dictionary<string, string> files)
    {
        Dictionary<string, string> declared = [];
        foreach ((string path, string source) in files)
        {
            foreach (Match match in Regex.Matches(Code(source), @"\b(?:record\s+struct|record\s+class|class|struct|enum|interface|record(?!\s+(?:struct|class))|delegate\s+[\w*]+)\s+(\w+)"))
                declared.TryAdd(match.Groups[1].Value, path.Split('/')[0]);
        }
        return declared;
    }

    // A name behind a dot is a member, unless a namespace stands in front of it.
    private static IEnumerable<string> Identifiers(string source) =>
        Regex.Matches(Code(source), @"(?<![\w.@]|->)\w+").Select(match => match.Value)
            .Concat(Regex.Matches(Code(source), @"\b(?:Kmem|Observation|Platform|Physical|Execution|Pages|Slab|Virtual|Dma|Reports)\.(\w+)").Select(match => match.Groups[1].Value)).Distinct();

    private static string Code(string source) =>
        Regex.Replace(source, @"//[^\n]*|\$?""(?:\\.|[^""\\\n])*""|^using [^\n]*|^namespace [^\n]*", " ", RegexOptions.Multiline);

    private static Dictionary<string, string> ReadSources()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "KmemAnalyzers.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        string sources = Path.Combine(root, "src", "Kmem");
        return s_layers.SelectMany(layer => layer)
            .SelectMany(folder => Directory.GetFiles(Path.Combine(sources, folder), "*.cs", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetRelativePath(sources, file).Replace('\\', '/'), File.ReadAllText);
    }
}
