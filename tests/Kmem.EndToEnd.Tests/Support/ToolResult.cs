using Xunit;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>How a program ended, and what it wrote: to standard output, then to standard error, for two pipes do not tell which line came first.</summary>
internal sealed record ToolResult(string CommandLine, int ExitCode, string Output)
{
    /// <summary>The warnings and errors of a build, each once, in the order of their places.</summary>
    public BuildMessage[] Messages => [.. BuildMessage.Parse(Output).Distinct().Order()];

    /// <summary>Fails the test, with the output, unless the program ended well.</summary>
    public ToolResult MustSucceed()
    {
        Assert.True(ExitCode == 0, $"{CommandLine} ended with {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>Fails the test, with the output, if the program ended well.</summary>
    public ToolResult MustFail()
    {
        Assert.True(ExitCode != 0, $"{CommandLine} was to fail and did not:\n{Output}");
        return this;
    }
}
