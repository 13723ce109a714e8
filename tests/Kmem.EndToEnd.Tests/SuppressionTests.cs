using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>One report silenced in the code, the other not.</summary>
[Collection(PackedOnce.Name)]
public class SuppressionTests : IClassFixture<TwoDefectsProject>
{
    private readonly TwoDefectsProject _project;

    public SuppressionTests(TwoDefectsProject project)
    {
        _project = project;
        _project.Reset();
    }

    [Fact]
    public void A_pragma_silences_its_lines()
    {
        const string line = "        kfree(kmalloc(64, GFP_KERNEL));\n";
        _project.Project.Replace(TwoDefectsProject.File, line, "#pragma warning disable KMEM1001 // it never waits here\n" + line + "#pragma warning restore KMEM1001\n");

        Assert.Equal([_project.MissingCheck("warning")], _project.Build(succeeds: true));
    }

    [Fact]
    public void SuppressMessage_silences_its_method()
    {
        const string line = "    private static void Unchecked()\n";
        _project.Project.Replace(
            TwoDefectsProject.File, line, "    [System.Diagnostics.CodeAnalysis.SuppressMessage(\"Kmem.Lifetime\", \"KMEM2001\", Justification = \"A test.\")]\n" + line);

        Assert.Equal([_project.Sleep("warning")], _project.Build(succeeds: true));
    }
}
