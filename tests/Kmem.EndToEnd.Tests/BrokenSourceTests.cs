using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>
/// Bodies that do not compile are still checked where they can be understood. With an error in a declaration the compiler ends before it asks any analyzer.
/// </summary>
[Collection(PackedOnce.Name)]
public class BrokenSourceTests(PackedPackages packages)
{
    [Fact]
    public void Defects_are_reported_beside_the_errors()
    {
        UserProject project = packages.CreateProject("Kmem.Analyzers");
        project.Write("Program.cs", """
            using System.Runtime.InteropServices;

            internal static class Program
            {
                private static SpinLock s_gate;

                private static void Main()
                {
                    Missing();
                    bool taken = false;
                    s_gate.Enter(ref taken);
                    Thread.Sleep(1);
                    s_gate.Exit();
                }

                private static void Other(nint size)
                {
                    nint memory = Marshal.AllocCoTaskMem((int)size);
                    Marshal.FreeHGlobal(memory);
                }
            }
            """);

        ToolResult build = project.Build().MustFail();

        Assert.Contains(project.PlaceOf("Program.cs", "Missing()", "Missing", "error", "CS0103"), build.Messages.Select(message => message.Place));
        Assert.Contains(project.PlaceOf("Program.cs", "Thread.Sleep", "Thread", "warning", "KMEM1002"), build.Messages.Select(message => message.Place));
        Assert.Contains(project.PlaceOf("Program.cs", "(memory)", "memory", "warning", "KMEM2002"), build.Messages.Select(message => message.Place));
        Assert.DoesNotContain("AD0001", build.Output, StringComparison.Ordinal);
    }
}
