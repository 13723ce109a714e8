using System.Text.Json;
using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>The way of a driver's author: the build warns, one command mends, the program runs.</summary>
[Collection(PackedOnce.Name)]
public class DriverTests(DriverSession session) : IClassFixture<DriverSession>
{
    [Fact]
    public void The_build_succeeds_and_warns_of_each_defect_at_its_place()
    {
        session.FirstBuild.MustSucceed();

        Assert.Equal(session.ExpectedPlaces, session.FirstBuild.Messages.Select(message => message.Place));
    }

    [Fact]
    public void The_readme_shows_what_the_build_prints()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));

        Assert.All(session.FirstBuild.Messages, message => Assert.Contains($"\n{message.Place}: {message.Text}\n", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_for_machines_says_the_same()
    {
        var places = session.Sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Where(result => result.GetProperty("level").GetString() == "warning").Select(PlaceOf);

        Assert.Equal(session.ExpectedPlaces.Order(StringComparer.Ordinal), places.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_log_for_machines_tells_where_the_lock_was_taken()
    {
        JsonElement result = session.Sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Single(result => result.GetProperty("ruleId").GetString() == "KMEM1001");
        int[] lines = [.. result.GetProperty("relatedLocations").EnumerateArray().Select(location => StartOf(location).GetProperty("startLine").GetInt32())];
        string[] source = File.ReadAllLines(Repository.PathOf("samples", "FaultyDriver", "Driver.cs"));

        Assert.Contains(lines, line => source[line - 1].Contains("spin_lock_irqsave", StringComparison.Ordinal));
    }

    [Fact]
    public void Verification_fails_and_names_what_can_be_mended()
    {
        session.Verification.MustFail();

        foreach (string id in (string[])["KMEM1001", "KMEM1002", "KMEM1003", "KMEM2001", "KMEM2002"])
            Assert.Contains(id, session.Verification.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_run_of_dotnet_format_makes_the_fixed_driver()
    {
        session.Formatting.MustSucceed();

        Assert.All(DriverSession.SourceFiles, file => Assert.Equal(FixedByFormat(file), session.Formatted[file]));
    }

    [Fact]
    public void Afterwards_the_build_is_clean()
    {
        session.SecondBuild.MustSucceed();

        Assert.Empty(session.SecondBuild.Messages);
        Assert.Contains("0 Warning(s)", session.SecondBuild.Output, StringComparison.Ordinal);
        session.SecondVerification.MustSucceed();
    }

    [Fact]
    public void Afterwards_the_program_runs() =>
        Assert.Contains("ring: 13 packets sent, 11 received, 2 lost", session.Run.MustSucceed().Output, StringComparison.Ordinal);

    // FixedDriver takes over the files without a defect; the attribute was mended by hand.
    private static string FixedByFormat(string file)
    {
        string mended = Repository.PathOf("samples", "FixedDriver", file);
        return File.ReadAllText(File.Exists(mended) ? mended : Repository.PathOf("samples", "FaultyDriver", file))
            .Replace("[HoldsSpinlock(\"dev.Lock\")]\n    private static Slot* FreeSlot", "[HoldsSpinlock(\"device.Lock\")]\n    private static Slot* FreeSlot", StringComparison.Ordinal);
    }

    private static string PlaceOf(JsonElement result)
    {
        JsonElement location = result.GetProperty("locations")[0];
        string file = Path.GetFileName(location.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!);
        JsonElement start = StartOf(location);
        return $"{file}({start.GetProperty("startLine")},{start.GetProperty("startColumn")}): {result.GetProperty("level")} {result.GetProperty("ruleId")}";
    }

    private static JsonElement StartOf(JsonElement location) => location.GetProperty("physicalLocation").GetProperty("region");
}
