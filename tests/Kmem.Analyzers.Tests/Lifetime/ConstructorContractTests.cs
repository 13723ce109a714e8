using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Contract files speak of constructors too: the code that calls one says <c>new</c> and the name of its type.</summary>
public class ConstructorContractTests
{
    private const string Contracts = """
        M:Library.Block.#ctor(System.Int32) : return Allocates("block", NeverNull = true)
        M:Library.Block.Release : this Frees("block")
        P:Library.Block.Length : this Borrows
        """;

    [Theory]
    [InlineData("var b = new Library.Block(8); if (n > 3) {|KMEM2005:return|} 0; b.Release(); return 1;")]
    [InlineData("Library.Block b = new(8); b.Release(); return {|KMEM2004:b|}.Length;")]
    [InlineData("var b = new Library.Block(8); try { return b.Length; } finally { b.Release(); }")]
    [InlineData("var b = Make(); b.Release(); return 1; static Library.Block Make() => new(8);")]
    public Task A_constructor_allocates(string statements) => RunAsync(statements);

    [Fact]
    public async Task The_message_names_the_type()
    {
        var test = Create("var b = {|#1:new Library.Block(8)|}; {|#0:return|} b.Length;");
        test.ExpectedDiagnostics.Add(Verify.Report("KMEM2005").WithLocation(0).WithLocation(1).WithMessage("'b' holds memory from 'Block' that is never released on the way to here"));
        await test.RunAsync();
    }

    [Fact]
    public Task A_constructor_sleeps() => Verify.MembersAsync("""
        static void Open(string path) { using var file = new System.IO.FileStream(path, System.IO.FileMode.Open); }
        static void Test(string path) { spin_lock(ref lk); {|KMEM1002:Open(path)|}; spin_unlock(ref lk); }
        """);

    private static Task RunAsync(string statements) => Create(statements).RunAsync();

    private static CSharpAnalyzerTest<MemoryDisciplineAnalyzer, DefaultVerifier> Create(string statements)
    {
        var test = Verify.Create([
            "namespace Library { public sealed class Block { public Block(int n) { } public void Release() { } public int Length => 1; } }",
            "class User { static int Test(int n) { " + statements + " } }"]);
        test.DisabledDiagnostics.Clear();
        test.TestState.AdditionalFiles.Add(("Library.KmemContracts.txt", Contracts));
        return test;
    }
}
