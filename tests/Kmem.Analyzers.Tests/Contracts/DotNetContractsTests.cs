using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>The embedded contracts of .NET, against the assemblies this test runs on.</summary>
public class DotNetContractsTests
{
    private static readonly EmbeddedContracts Contracts = EmbeddedContracts.DotNet;

    [Fact]
    public void Every_line_can_be_read() => Assert.Empty(Contracts.File.Errors);

    [Fact]
    public void Every_documentation_id_is_a_member()
    {
        var missing = Contracts.File.Lines.Select(line => line.DocumentationId).Where(id => Contracts.Resolve(id) is null);

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_member_has_one_line()
    {
        var several = Contracts.ById.Where(lines => lines.Count() > 1).Select(lines => lines.Key);

        Assert.Empty(several);
    }

    [Fact]
    public void Every_parameter_that_is_named_exists()
    {
        var unknown = Contracts.File.Lines
            .SelectMany(line => Contracts.UnknownParameters(line).Select(name => $"{line.DocumentationId} has no parameter {name}"));

        Assert.Empty(unknown);
    }

    [Fact]
    public void No_member_may_sleep_and_never_sleeps()
    {
        var both = Contracts.ById.Where(lines => Words(lines).Contains("MightSleep") && Words(lines).Contains("NeverSleeps"));

        Assert.Empty(both);
    }

    [Fact]
    public void This_is_said_of_instance_members_only()
    {
        var wrong = Contracts.File.Lines
            .Where(line => line.Clauses.Any(clause => clause.Target.Kind == ContractTargetKind.This))
            .Where(line => Contracts.Resolve(line.DocumentationId)!.IsStatic)
            .Select(line => line.DocumentationId);

        Assert.Empty(wrong);
    }

    [Fact]
    public void What_is_allocated_can_be_released()
    {
        var allocated = Families("Allocates");
        var freed = Families("Frees");

        // What MemoryPool rents is released by IDisposable.Dispose, which is no member of the family.
        Assert.Equal(["ArrayPool", "BSTR", "CoTaskMem", "GCHandle", "HGlobal", "NativeMemory", "NativeMemory.Aligned"], freed);
        Assert.Equal(["MemoryPool"], allocated.Except(freed));
    }

    [Theory]
    [InlineData("M:System.Threading.SpinLock.Enter(System.Boolean@)", "this AcquiresSpinlock; @lockTaken Outcome(True)")]
    [InlineData("M:System.Threading.SpinLock.TryEnter(System.Boolean@)", "this AcquiresSpinlock(When = True); @lockTaken Outcome")]
    [InlineData("M:System.Threading.SpinLock.Exit", "this ReleasesSpinlock")]
    [InlineData("M:System.Runtime.InteropServices.NativeMemory.Free(System.Void*)", "@ptr Frees(\"NativeMemory\")")]
    [InlineData("M:System.Runtime.InteropServices.Marshal.FreeHGlobal(System.IntPtr)", "@hglobal Frees(\"HGlobal\")")]
    [InlineData("M:System.Runtime.InteropServices.Marshal.PtrToStringUTF8(System.IntPtr)", "@ptr Borrows")]
    [InlineData("M:System.Runtime.InteropServices.Marshal.PtrToStringUTF8(System.IntPtr,System.Int32)", "@ptr Borrows; @ptr DisallowNull")]
    [InlineData("M:System.Threading.Thread.Sleep(System.Int32)", "MightSleep")]
    [InlineData("M:System.IO.MemoryStream.Read(System.Byte[],System.Int32,System.Int32)", "NeverSleeps")]
    public void Well_known_members_say(string documentationId, string clauses)
    {
        Assert.Equal(clauses, ContractClauseText.Write(Contracts.ById[documentationId].SelectMany(line => line.Clauses)));
    }

    private static IEnumerable<string> Words(IEnumerable<ContractLine> lines) =>
        lines.SelectMany(line => line.Clauses).Select(clause => clause.Word);

    private static string[] Families(string word) =>
        [.. Contracts.File.Lines.SelectMany(line => line.Clauses)
            .Where(clause => clause.Word == word)
            .SelectMany(clause => clause.Arguments.OfType<string>())
            .Distinct().Order(StringComparer.Ordinal)];
}
