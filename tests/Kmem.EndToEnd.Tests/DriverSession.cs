using System.Text.Json;
using System.Text.RegularExpressions;
using Kmem.EndToEnd.Tests.Support;

namespace Kmem.EndToEnd.Tests;

/// <summary>samples/FaultyDriver as the project of somebody who installed Kmem, from the first build to the mended program; run once, looked at by several tests.</summary>
public sealed class DriverSession
{
    public static readonly string[] SourceFiles = ["Card.cs", "Device.cs", "Driver.cs", "Interrupts.cs", "Program.cs", "Rings.cs", "Statistics.cs"];

    // Files with defects that a person has to think about, or that are no more than suggestions.
    private static readonly string[] MendedByHand = ["Control.cs", "Firmware.cs", "Settings.cs", "Status.cs", "Trace.cs"];

    private const string ContractFile = "Card.KmemContracts.txt";
    private const string AttributedFile = "Driver.cs";

    public DriverSession(PackedPackages packages)
    {
        UserProject project = packages.CreateProject("Kmem");
        foreach (string file in SourceFiles.Concat(MendedByHand).Append(ContractFile))
            project.Write(file, File.ReadAllText(Repository.PathOf("samples", "FaultyDriver", file)));
        project.Restore();
        ExpectedPlaces = [.. PlacesInReadme()];
        FirstBuild = project.Build("--no-restore", "-p:ErrorLog=out.sarif%2Cversion=2.1");
        Sarif = JsonDocument.Parse(project.Read("out.sarif"));
        Verification = project.Format("--verify-no-changes");
        Formatting = project.Format();
        Formatted = SourceFiles.ToDictionary(file => file, project.Read);
        project.Replace(AttributedFile, "device.Lock", "dev.Lock");
        foreach (string file in MendedByHand.Append(ContractFile))
            project.Write(file, File.ReadAllText(Repository.PathOf("samples", "FixedDriver", file)));
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

    // The README is what a user compares the build with, and what the build has to print.
    private static IEnumerable<string> PlacesInReadme() =>
        Regex.Matches(File.ReadAllText(Repository.PathOf("README.md")), @"^(\S+\(\d+,\d+\): warning KMEM\d{4}): ", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
}
