using System.Globalization;
using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>The samples of the runtime, as the repository's own build made them.</summary>
public class RuntimeSampleTests
{
    [Fact]
    public void The_constructor_of_the_student_cache_runs_for_a_whole_slab_and_never_again()
    {
        string output = RunSample("StudentSlab").MustSucceed().Output;
        string[] lines = output.Split('\n');
        string[] headings = [.. lines.Where(line => line.StartsWith("--- ", StringComparison.Ordinal))];
        int[][] rows = [.. lines.Where(line => line.StartsWith("testslab ", StringComparison.Ordinal)).Select(Numbers)];
        int objectsOfASlab = rows[1][3];

        Assert.Equal(["before", "between", "after"], headings.Select(line => line.Split(' ', ':')[1]));
        Assert.Equal([0, objectsOfASlab, objectsOfASlab], headings.Select(line => Numbers(line)[^1]));
        Assert.Equal([(0, 0), (2, objectsOfASlab), (0, objectsOfASlab)], rows.Select(row => (row[0], row[1])));
        Assert.Contains("fresh: nobody, mark 0; nobody, mark 0\n", output, StringComparison.Ordinal);
        Assert.Contains("filled: Ada, mark 1; Linus, mark 2\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KMEM_MEMORY=lots", "Kmem: the environment has KMEM_MEMORY=lots; choose bytes, or a number with K, M, G or T, such as 512M.")]
    [InlineData("KMEM_MEMORY=1M", "Kmem: MachineOptions.MemorySize is 1048576 bytes; choose 4 MiB to 16 TiB.")]
    [InlineData("KMEM_DEBUG=poison,noise", "Kmem: the environment has KMEM_DEBUG=noise; choose none, poison, redzone")]
    [InlineData("KMEM_THREAD_SIZE=5K", "Kmem: MachineOptions.ThreadSize is 5120; choose 4096, 8192 or 16384.")]
    public void What_is_wrong_in_the_environment_is_said(string variable, string error) =>
        Assert.Contains(error, Tool.Program("env", variable, "dotnet", PathOf("StudentSlab")).MustFail().Output, StringComparison.Ordinal);

    [Fact]
    public void The_environment_boots_another_machine_with_checks()
    {
        string output = Tool.Program("env", "KMEM_MEMORY=64M", "KMEM_LAYOUT=x86_64", "KMEM_CPUS=1", "KMEM_DEBUG=redzone,track", "dotnet", PathOf("StudentSlab")).MustSucceed().Output;

        Assert.DoesNotContain("kmemleak", output, StringComparison.Ordinal);
        Assert.Contains("testslab               2 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--once")]
    [InlineData("--seconds", "0.5")]
    public void The_view_of_the_slabs_prints_one_picture_where_there_is_no_terminal(params string[] arguments)
    {
        string output = RunSample("SlabTop", arguments).MustSucceed().Output;

        Assert.DoesNotContain('\x1b', output);
        Assert.Single(output.Split('\n'), line => line.StartsWith("Kmem   total 96M", StringComparison.Ordinal));
        foreach (string part in (string[])["zones and watermarks", "free areas", "DMA ", "Normal ", "caches", "inode ", "dentry ", "kmalloc-32 "])
            Assert.Contains(part, output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_view_of_the_slabs_is_drawn_again_and_again_on_a_terminal()
    {
        string command = $"stty rows 50 cols 160; exec dotnet '{PathOf("SlabTop")}' --seconds 1";
        ToolResult run = Tool.Program("env", "SHELL=/bin/sh", "TERM=xterm", "script", "--quiet", "--return", "--command", command, "/dev/null").MustSucceed();

        Assert.Contains('\x1b', run.Output);
        Assert.InRange(run.Output.Split("zones and watermarks").Length - 1, 2, int.MaxValue);
    }

    [Theory]
    [InlineData("--twice", "--twice: no such option.")]
    [InlineData("--seconds soon", "--seconds soon: choose a number of seconds above 0, such as 10.")]
    [InlineData("--seconds -1", "--seconds -1: choose a number of seconds above 0, such as 10.")]
    public void The_view_of_the_slabs_says_what_is_wrong_with_its_options(string arguments, string error)
    {
        ToolResult run = RunSample("SlabTop", arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"SlabTop: {error}\nusage: SlabTop", run.Output, StringComparison.Ordinal);
    }

    private static ToolResult RunSample(string name, params string[] arguments) =>
        Tool.Dotnet(Repository.Root, null, [PathOf(name), .. arguments]);

    private static string PathOf(string name) =>
        Repository.PathOf("samples", name, "bin", Repository.Configuration, "net10.0", name + ".dll");

    private static int[] Numbers(string line) =>
        [.. line.Split([' ', ':', ',']).Where(word => word.Length > 0 && word.All(char.IsAsciiDigit)).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
}
