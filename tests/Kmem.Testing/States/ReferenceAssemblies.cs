using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The framework a test's code is compiled against.</summary>
public sealed class ReferenceAssemblies
{
    private readonly Lazy<ImmutableArray<MetadataReference>> _references;

    private ReferenceAssemblies(string targetFramework, Func<string> findDirectory)
    {
        TargetFramework = targetFramework;
        _references = new(() => Load(findDirectory()));
    }

    /// <summary>The framework that tests use when they name none.</summary>
    public static ReferenceAssemblies Default => Net.Net100;

    /// <summary>The framework's short name, such as net10.0.</summary>
    public string TargetFramework { get; }

    internal ImmutableArray<MetadataReference> References => _references.Value;

    private static ImmutableArray<MetadataReference> Load(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*.dll")
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "WindowsBase.dll"))
            .Where(file => !file.EndsWith(".Native.dll", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    // The targeting pack is what a user's project is compiled against; without an SDK the running runtime stands in for it.
    private static string FindPack(string targetFramework)
    {
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string packs = Path.GetFullPath(Path.Combine(runtime, "../../../packs/Microsoft.NETCore.App.Ref"));
        if (!Directory.Exists(packs))
            return runtime;
        return Directory.EnumerateDirectories(packs)
            .Select(pack => Path.Combine(pack, "ref", targetFramework))
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal)
            .LastOrDefault(runtime);
    }

    /// <summary>The .NET frameworks.</summary>
    public static class Net
    {
        /// <summary>.NET 10.</summary>
        public static ReferenceAssemblies Net100 { get; } = new("net10.0", () => FindPack("net10.0"));
    }
}
