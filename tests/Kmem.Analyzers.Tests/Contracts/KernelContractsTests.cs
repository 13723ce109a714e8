using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>The embedded supplements to Kmem.Kernel's own attributes, against the runtime.</summary>
public class KernelContractsTests
{
    private static readonly EmbeddedContracts Contracts = EmbeddedContracts.Kernel;

    [Fact]
    public void Every_line_can_be_read() => Assert.Empty(Contracts.File.Errors);

    /// <summary>A function the runtime does not have yet may have its line; one that it has must have this signature.</summary>
    [Fact]
    public void Every_line_fits_the_runtimes_function_of_this_name()
    {
        var wrong = Contracts.File.Lines
            .Where(line => IsFunction(NameOf(line.DocumentationId)))
            .Where(line => Contracts.Resolve(line.DocumentationId) is null || Contracts.UnknownParameters(line).Any())
            .Select(line => line.DocumentationId);

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_line_is_about_the_kernel()
    {
        Assert.All(Contracts.File.Lines, line => Assert.StartsWith("M:Kmem.Kernel.", line.DocumentationId, StringComparison.Ordinal));
    }

    private static bool IsFunction(string name) =>
        Contracts.Compilation.GetTypeByMetadataName("Kmem.Kernel") is { } kernel && !kernel.GetMembers(name).IsEmpty;

    private static string NameOf(string documentationId)
    {
        string name = documentationId["M:Kmem.Kernel.".Length..];
        int end = name.IndexOfAny(['(', '`']);
        return end < 0 ? name : name[..end];
    }
}
