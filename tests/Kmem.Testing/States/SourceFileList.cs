using System.Globalization;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Source files of a test; those without a name are called Test0.cs, Test1.cs and so on.</summary>
public sealed class SourceFileList(string defaultPrefix, string defaultExtension) : SourceFileCollection
{
    /// <summary>Adds a source file under a default name.</summary>
    public void Add(string content) =>
        Add((string.Create(CultureInfo.InvariantCulture, $"{defaultPrefix}{Count}.{defaultExtension}"), content));
}
