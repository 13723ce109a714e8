using System.Collections.ObjectModel;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files of a test: paths and texts, markup included.</summary>
public class SourceFileCollection : Collection<(string filename, SourceText content)>
{
    /// <summary>Adds a file.</summary>
    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content, Encoding.UTF8)));

    internal bool HasSameContent(SourceFileCollection other) =>
        this.SequenceEqual(other, SameFile.Instance);

    internal void AddRange(IEnumerable<(string filename, SourceText content)> files)
    {
        foreach ((string filename, SourceText content) file in files)
            Add(file);
    }

    private sealed class SameFile : EqualityComparer<(string filename, SourceText content)>
    {
        public static readonly SameFile Instance = new();

        public override bool Equals((string filename, SourceText content) x, (string filename, SourceText content) y) =>
            x.filename == y.filename && x.content.ContentEquals(y.content);

        public override int GetHashCode((string filename, SourceText content) obj) => obj.filename.GetHashCode(StringComparison.Ordinal);
    }
}
