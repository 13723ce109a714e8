namespace Kmem.EndToEnd.Tests.Support;

/// <summary>Where restored packages lie.</summary>
internal static class PackageCache
{
    /// <summary>The cache the repository itself was restored to.</summary>
    public static string OfRepository =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
