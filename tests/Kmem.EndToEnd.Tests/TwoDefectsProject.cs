using Kmem.EndToEnd.Tests.Support;

namespace Kmem.EndToEnd.Tests;

/// <summary>A project with a sleep under a spinlock and a missing check, for tests of what a user can configure.</summary>
public sealed class TwoDefectsProject
{
    public const string File = "Program.cs";

    public const string Code = """
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        internal static unsafe class Program
        {
            private static spinlock_t s_lock;

            private static void Main()
            {
                spin_lock(ref s_lock);
                kfree(kmalloc(64, GFP_KERNEL));
                spin_unlock(ref s_lock);
                Unchecked();
            }

            private static void Unchecked()
            {
                byte* p = (byte*)kmalloc(64, GFP_KERNEL);
                p[0] = 1;
                kfree(p);
            }
        }
        """;

    public TwoDefectsProject(PackedPackages packages)
    {
        Project = packages.CreateProject("Kmem");
        Project.Restore();
        Reset();
    }

    internal UserProject Project { get; }

    /// <summary>Gives the project the code above, and no configuration.</summary>
    internal void Reset()
    {
        Project.Write(File, Code);
        Project.Write(".editorconfig", "");
    }

    /// <summary>Where a build prints the sleep.</summary>
    internal string Sleep(string severity) => Project.PlaceOf(File, "kfree(kmalloc", "GFP_KERNEL", severity, "KMEM1001");

    /// <summary>Where a build prints the missing check.</summary>
    internal string MissingCheck(string severity) => Project.PlaceOf(File, "p[0] = 1", "p", severity, "KMEM2001");

    /// <summary>What a build prints.</summary>
    internal string[] Build(bool succeeds, params string[] arguments)
    {
        ToolResult result = Project.Build(["--no-restore", .. arguments]);
        _ = succeeds ? result.MustSucceed() : result.MustFail();
        return [.. result.Messages.Select(message => message.Place)];
    }
}
