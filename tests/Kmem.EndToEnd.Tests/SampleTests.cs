using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>The samples, as the repository's own build made them.</summary>
public class SampleTests
{
    [Fact]
    public void The_fixed_driver_runs()
    {
        string program = Repository.PathOf("samples", "FixedDriver", "bin", Repository.Configuration, "net10.0", "FixedDriver.dll");
        ToolResult run = Tool.Dotnet(Repository.Root, null, program).MustSucceed();

        Assert.Equal(11, run.Output.Split('\n').Count(line => line.StartsWith("ring: received \"packet ", StringComparison.Ordinal)));
        Assert.Contains("ring: 13 packets sent, 11 received, 2 lost\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("BUG:", run.Output, StringComparison.Ordinal);
    }
}
