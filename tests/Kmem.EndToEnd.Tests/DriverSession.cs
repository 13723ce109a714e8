using System.Text.Json;
using Kmem.EndToEnd.Tests.Support;

namespace Kmem.EndToEnd.Tests;

/// <summary>samples/FaultyDriver as the project of somebody who installed Kmem, from the first build to the mended program; run once, looked at by several tests.</summary>
public sealed class DriverSession
{
    public static readonly string[] SourceFiles = ["Card.cs", "Device.cs", "Driver.cs", "Interrupts.cs", "Program.cs", "Rings.cs", "Statistics.cs"];
    private const string ContractFile = "Card.KmemContracts.txt";
    private const string AttributedFile = "Driver.cs";

    public DriverSession(PackedPackages packages)
    {
        UserProject project = packages.CreateProject("Kmem");
        foreach (string file in SourceFiles.Append(ContractFile))
            project.Write(file, File.ReadAllText(Repository.PathOf("samples", "FaultyDriver", file)));
        project.Restore();
        ExpectedPlaces = [.. Places(project).Order(StringComparer.Ordinal)];
        FirstBuild = project.Build("--no-restore", "-p:ErrorLog=out.sarif%2Cversion=2.1");
        Sarif = JsonDocument.Parse(project.Read("out.sarif"));
        Verification = project.Format("--verify-no-changes");
        Formatting = project.Format();
        Formatted = SourceFiles.ToDictionary(file => file, project.Read);
        project.Replace(AttributedFile, "device.Lock", "dev.Lock");
        project.Write(ContractFile, File.ReadAllText(Repository.PathOf("samples", "FixedDriver", ContractFile)));
        SecondBuild = project.Build("--no-restore");
        SecondVerification = project.Format("--verify-no-changes");
        Run = project.Run();
    }

    internal string[] ExpectedPlaces { get; }

    internal ToolResult FirstBuild { get; }

    internal JsonDocument Sarif { get; }

    internal ToolResult Verification { get; }

    internal ToolResult Formatting { get; }

    internal Dictionary<string, string> Formatted { get; }

    internal ToolResult SecondBuild { get; }

    internal ToolResult SecondVerification { get; }

    internal ToolResult Run { get; }

    private static IEnumerable<string> Places(UserProject project) =>
    [
        project.PlaceOf("Card.KmemContracts.txt", "Card.Kick", "NeverSleep", "warning", "KMEM9002"),
        project.PlaceOf("Driver.cs", "kmalloc(", "GFP_KERNEL", "warning", "KMEM1001"),
        project.PlaceOf("Driver.cs", "device.Lock", "HoldsSpinlock", "warning", "KMEM9001"),
        project.PlaceOf("Interrupts.cs", "msleep", "msleep", "warning", "KMEM1002"),
        project.PlaceOf("Rings.cs", "slots[i] = default", "slots", "warning", "KMEM2001"),
        project.PlaceOf("Statistics.cs", "kcalloc", "GFP_KERNEL", "warning", "KMEM1003"),
        project.PlaceOf("Statistics.cs", "kfree(sums)", "sums", "warning", "KMEM2002"),
    ];
}
