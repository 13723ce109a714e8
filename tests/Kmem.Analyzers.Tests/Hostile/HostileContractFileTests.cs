using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Contract files that nobody can read.</summary>
public class HostileContractFileTests
{
    private const string Good = """
        # A comment
        M:C.Sleep : MightSleep
        M:C.Take(System.UIntPtr,Kmem.gfp_t) : flags GfpFlags; return Allocates("own", NeverNull = true)
        M:C.Drop(System.Void*) : p Frees("own", "kmalloc")
        M:C.Enter : EntersAtomic("irq")

        """;

    private static readonly Shape User = new("the user of the files", """
        unsafe class C { public static void Sleep() { } public static void* Take(nuint n, gfp_t flags) => null; public static void Drop(void* p) { } public static void Enter() { } void M() { Enter(); Sleep(); var p = (int*)Take(1, GFP_KERNEL); *p = 1; Drop(p); } }
        """);

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\0")]
    [InlineData(":::::")]
    [InlineData("M:")]
    [InlineData("M: : MightSleep")]
    [InlineData("M:C.Sleep")]
    [InlineData("M:C.Sleep :")]
    [InlineData("M:C.Sleep : ;;;;")]
    [InlineData("M:C.Sleep : MightSleep MightSleep NeverSleeps")]
    [InlineData("M:C.Sleep : Frees(")]
    [InlineData("M:C.Sleep : Frees(\"")]
    [InlineData("M:C.Sleep : Frees(\"\\")]
    [InlineData("M:C.Take(System.UIntPtr,Kmem.gfp_t) : nobody GfpFlags; return return Allocates(\"a\", NeverNull = 99999999999999999999)")]
    [InlineData("M:C.Take((((((( : p Frees")]
    [InlineData("M:C.Take(``9999999999999[0:,0:,0:]@*) : p Frees")]
    [InlineData("M:C`99999999999.Sleep : MightSleep")]
    [InlineData("T:C : AtomicContext\nN:System : MightSleep\nP:C.X : MightSleep\nF:C.f : Frees(\"x\")\nE:C.e : MightSleep\n!:C : MightSleep")]
    [InlineData("M:C.Enter : EntersAtomic(null)\nM:C.Enter : EntersAtomic(3)\nM:C.Enter : EntersAtomic(\"\")")]
    [InlineData("M:C.Sleep : MightSleep\rM:C.Sleep : MightSleep\u2028M:C.Sleep : \ud800")]
    public Task A_file_is_read(string text) => AnalyseAsync(text);

    [Fact]
    public async Task Beginnings_of_a_good_file_and_the_file_without_a_character_are_read()
    {
        for (int index = 0; index < Good.Length; index += 5)
        {
            await AnalyseAsync(Good[..index]);
            await AnalyseAsync(Good.Remove(index, 1));
        }
    }

    [Fact]
    public Task A_huge_file_is_read() => AnalyseAsync(string.Concat(Enumerable.Repeat(Good, 2_000)) + new string('(', 20_000) + "\n" + new string('"', 20_000));

    [Fact]
    public Task A_file_without_text_is_read() => AnalyseAsync(null);

    private static Task AnalyseAsync(string? text)
    {
        CSharpCompilation compilation = Prelude.Compile(User);
        return new HostileRun().BuildAsync($"the contract file '{text}'", compilation, new InMemoryFile("My.KmemContracts.txt", text));
    }

    private sealed class InMemoryFile(string path, string? text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text);
    }
}
