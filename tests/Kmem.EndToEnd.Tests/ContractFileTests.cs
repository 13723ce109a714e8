using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>A contract file of the user's own, beside the project file and named nowhere.</summary>
[Collection(PackedOnce.Name)]
public class ContractFileTests(PackedPackages packages)
{
    private const string File = "foo.KmemContracts.txt";

    [Fact]
    public void Good_lines_count_and_bad_lines_are_reported_where_they_stand()
    {
        UserProject project = packages.CreateProject("Kmem.Analyzers");
        project.Write(File, """
            # A library that knows no attributes.
            M:Foo.Create(System.Int32) : return Allocates("foo")
            M:Foo.Destroy(System.Void*) : foo Frees("foo"
            M:Foo.Destroy(System.Void*) : foo Frees("foo")
            M:Foo.Wait : Sleeps
            M:Foo.Missing : MightSleep
            M:Foo.Wait : MightSleep
            """);
        project.Write("Foo.cs", """
            using System.Runtime.InteropServices;

            internal static unsafe class Foo
            {
                [DllImport("foo")] public static extern void* Create(int size);
                [DllImport("foo")] public static extern void Destroy(void* foo);
                [DllImport("foo")] public static extern void Wait();
            }
            """);
        project.Write("Program.cs", """
            using System.Runtime.InteropServices;

            internal static unsafe class Program
            {
                private static SpinLock s_gate;

                private static void Main()
                {
                    bool taken = false;
                    s_gate.Enter(ref taken);
                    Foo.Wait();
                    s_gate.Exit();
                    NativeMemory.Free(Foo.Create(1));
                    int* number = (int*)Foo.Create(2);
                    *number = 3;
                    Foo.Destroy(number);
                }
            }
            """);

        ToolResult build = project.Build().MustSucceed();

        Assert.Equal(
            [
                project.PlaceOf("Program.cs", "Foo.Wait", "Foo", "warning", "KMEM1002"),
                project.PlaceOf("Program.cs", "Create(1)", "Foo.Create", "warning", "KMEM2002"),
                project.PlaceOf("Program.cs", "*number = 3", "number", "warning", "KMEM2001"),
                (File, 3, "KMEM9002"),
                (File, 5, "KMEM9002"),
                (File, 6, "KMEM9002"),
            ],
            build.Messages.Select(message => (object)(message.Id == "KMEM9002" ? (message.File, message.Line, message.Id) : message.Place)));
    }

    [Fact]
    public void A_file_that_the_project_lists_itself_is_read_once()
    {
        UserProject project = packages.CreateProject("Kmem.Analyzers");
        project.Write(File, "M:Nobody.Home : MightSleep\n");
        project.Write("Program.cs", "System.Console.WriteLine();\n");
        project.Replace("User.csproj", "</Project>", $"""
              <ItemGroup>
                <AdditionalFiles Include="{File}" />
              </ItemGroup>
            </Project>
            """);

        ToolResult build = project.Build("-p:ErrorLog=out.sarif").MustSucceed();

        Assert.Equal("KMEM9002", Assert.Single(build.Messages).Id);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(project.Read("out.sarif"), "\"ruleId\": \"KMEM9002\""));
    }
}
