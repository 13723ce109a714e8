using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>docs/runtime.md: its examples compile, run, and print what stands below them.</summary>
public sealed class RuntimePageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("kmem-page-");

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, DocumentedProgram.ReadAll(Page()).Length)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_prints_what_the_page_shows(int number)
    {
        DocumentedProgram example = DocumentedProgram.ReadAll(Page())[number];

        Assert.Equal(DocumentedProgram.Normalize(example.Output ?? ""), DocumentedProgram.Normalize(example.Run(_folder.Path)));
    }

    [Fact]
    public void What_an_example_prints_and_what_the_machine_logs_keep_their_order()
    {
        const string Page = """
            ```csharp
            for (int i = 0; i < 500; i++)
            {
                Console.WriteLine("example");
                Console.Error.WriteLine("machine");
            }
            ```

            """;

        string output = Assert.Single(DocumentedProgram.ReadAll(Page)).Run(_folder.Path);

        Assert.Equal(string.Concat(Enumerable.Repeat("example\nmachine\n", 500)), output);
    }

    [Fact]
    public void Every_option_and_check_is_on_the_page()
    {
        string page = Page();
        IEnumerable<string> options = File.ReadLines(Repository.PathOf("src", "Kmem", "Machine", "MachineOptions.cs"))
            .Where(line => line.StartsWith("    public ", StringComparison.Ordinal) && line.Contains("{ get;", StringComparison.Ordinal)).Select(line => line.Split("{ get;")[0].Trim().Split(' ')[^1]);
        IEnumerable<string> checks = File.ReadLines(Repository.PathOf("src", "Kmem", "Observation", "MachineDebug.cs"))
            .Where(line => line.Contains(" = ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]).Except(["None", "All"]);

        Assert.NotEmpty(checks);
        Assert.All(options.Concat(checks), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string Page() => File.ReadAllText(Repository.PathOf("docs", "runtime.md"));
}
