using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>The package Kmem.Analyzers alone, in a project that knows nothing of Kmem.</summary>
[Collection(PackedOnce.Name)]
public class AnalyzersAloneTests(PackedPackages packages)
{
    [Fact]
    public void Code_of_dotnet_is_checked_and_mended_without_Kmem()
    {
        UserProject project = packages.CreateProject("Kmem.Analyzers");
        project.Write("Program.cs", """
            using System.Runtime.InteropServices;

            SpinLock gate = new(enableThreadOwnerTracking: false);
            bool taken = false;
            gate.Enter(ref taken);
            Thread.Sleep(1);
            gate.Exit();

            nint memory = Marshal.AllocCoTaskMem(64);
            Marshal.FreeHGlobal(memory);
            Console.WriteLine("done");
            """);

        string[] expected =
        [
            project.PlaceOf("Program.cs", "Thread.Sleep", "Thread", "warning", "KMEM1002"),
            project.PlaceOf("Program.cs", "(memory)", "memory", "warning", "KMEM2002"),
        ];

        ToolResult build = project.Build().MustSucceed();
        project.Format("--diagnostics", "KMEM2002").MustSucceed();

        Assert.Equal(expected, build.Messages.Select(message => message.Place));
        Assert.Contains("Marshal.FreeCoTaskMem(memory);", project.Read("Program.cs"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(project.Folder, "bin"), "Kmem*", SearchOption.AllDirectories));
        Assert.Contains("done", project.Run().MustSucceed().Output, StringComparison.Ordinal);
    }
}
