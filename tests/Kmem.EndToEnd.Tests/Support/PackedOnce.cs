using Xunit;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>The collection of every test that uses the packages: they are packed once, and the machine does one thing at a time.</summary>
[CollectionDefinition(Name)]
public sealed class PackedOnce : ICollectionFixture<PackedPackages>
{
    public const string Name = "Packed once";
}
