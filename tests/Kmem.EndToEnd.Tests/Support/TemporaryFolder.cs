namespace Kmem.EndToEnd.Tests.Support;

/// <summary>A folder outside the repository, gone after the test.</summary>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public string PathOf(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A server that a build has left behind may still write there: what is left is the system's to clean up, and says nothing of what was tested.
        }
    }
}
