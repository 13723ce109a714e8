using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Reflection;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>References of a project beside the framework's. Those from files are loaded once for all tests.</summary>
public sealed class MetadataReferenceCollection : Collection<MetadataReference>
{
    private static readonly ConcurrentDictionary<string, MetadataReference> Files = new();

    /// <summary>Adds an assembly file.</summary>
    public void Add(string path) => Add(Files.GetOrAdd(path, file => MetadataReference.CreateFromFile(file)));

    /// <summary>Adds a loaded assembly.</summary>
    public void Add(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        Add(assembly.Location);
    }
}
