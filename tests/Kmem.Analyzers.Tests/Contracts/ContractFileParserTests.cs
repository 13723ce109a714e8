using Kmem.Analyzers.Contracts;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

public class ContractFileParserTests
{
    [Theory]
    [InlineData("M:X.Y : MightSleep", "MightSleep")]
    [InlineData("M:X.Y : ptr Frees(\"NativeMemory\")", "@ptr Frees(\"NativeMemory\")")]
    [InlineData("M:X.Y : ptr Frees(\"a\", \"b\", When = NonZero)", "@ptr Frees(\"a\", \"b\", When = NonZero)")]
    [InlineData("M:X.Y : return Allocates(\"f\", NeverNull = true, Zeroed = false)", "return Allocates(\"f\", NeverNull = true, Zeroed = false)")]
    [InlineData("M:X.Y : this AcquiresSpinlock(When = True)", "this AcquiresSpinlock(When = True)")]
    [InlineData("M:X.Y : AcquiresSpinlock(\"_lock\")", "AcquiresSpinlock(\"_lock\")")]
    [InlineData("M:X.Y : n AllocationSize(Max = 131072), Borrows", "@n AllocationSize(Max = 131072); @n Borrows")]
    [InlineData("M:X.Y : MightSleep; n AllocationSize(Max = 131072); return Allocates(\"f\")", "MightSleep; @n AllocationSize(Max = 131072); return Allocates(\"f\")")]
    [InlineData("M:X.Y : p Borrows, DisallowNull; q Borrows", "@p Borrows; @p DisallowNull; @q Borrows")]
    [InlineData("T:X.Handler : AtomicContext(HardIrq)", "AtomicContext(HardIrq)")]
    [InlineData("P:X.Result : MightSleep", "MightSleep")]
    [InlineData("M:X.Y : MightSleep()", "MightSleep")]
    [InlineData("M:X.Y : @this Borrows; @return Borrows; this Borrows", "@this Borrows; @return Borrows; this Borrows")]
    [InlineData("M:X.Y : größe AllocationSize", "@größe AllocationSize")]
    public void A_line_gives_its_clauses_in_order(string line, string clauses)
    {
        var file = ContractFileParser.Parse(line);

        Assert.Empty(file.Errors);
        Assert.Equal(clauses, ContractClauseText.Write(Assert.Single(file.Lines).Clauses));
    }

    [Theory]
    [InlineData("M:A.B`1.#ctor(System.Int32,`0[],System.Byte*)")]
    [InlineData("M:A.B.Enter(System.Boolean@)")]
    [InlineData("M:A.B.put``1(Kmem.PerCpu{``0})")]
    [InlineData("M:A.B.op_Explicit(System.IntPtr)~A.B")]
    [InlineData("M:A.B.C(System.Int32[0:,0:])")]
    [InlineData("M:A.B.System#IDisposable#Dispose")]
    public void Every_form_of_documentation_id_is_kept_as_it_is(string id)
    {
        var line = Assert.Single(ContractFileParser.Parse(id + " : MightSleep").Lines);

        Assert.Equal(id, line.DocumentationId);
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\"", "")]
    [InlineData("\"a \\\"b\\\" c\"", "a \"b\" c")]
    [InlineData("\"back\\\\slash\"", "back\\slash")]
    [InlineData("\"a ; b, c) # d : e\"", "a ; b, c) # d : e")]
    public void Strings_know_quotes_backslashes_and_everything_else(string written, string value)
    {
        var line = Assert.Single(ContractFileParser.Parse($"M:X.Y : EntersAtomic({written})").Lines);

        Assert.Equal(value, Assert.Single(Assert.Single(line.Clauses).Arguments));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("131072", 131072)]
    [InlineData("-1", -1)]
    [InlineData("0x20000", 131072)]
    [InlineData("0XfF", 255)]
    [InlineData("-0x10", -16)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Integers_are_decimal_or_hexadecimal(string written, long value)
    {
        var line = Assert.Single(ContractFileParser.Parse($"M:X.Y : return Allocates(\"f\", FailureValue = {written})").Lines);

        Assert.Equal(value, Assert.Single(line.Clauses).Named["FailureValue"]);
    }

    [Fact]
    public void Comments_and_blank_lines_say_nothing()
    {
        const string Text = """
            # A comment.

               # Another : MightSleep
            M:X.#ctor : MightSleep # because it waits
            """;

        var file = ContractFileParser.Parse(Text);

        Assert.Empty(file.Errors);
        Assert.Equal("M:X.#ctor", Assert.Single(file.Lines).DocumentationId);
    }

    [Fact]
    public void Blanks_around_and_between_do_not_matter()
    {
        var file = ContractFileParser.Parse("\uFEFF \t M:X.Y \t:\t p  Frees ( \"a\" ,When=Zero ) ,DisallowNull;MightSleep  ");

        Assert.Empty(file.Errors);
        Assert.Equal("@p Frees(\"a\", When = Zero); @p DisallowNull; MightSleep", ContractClauseText.Write(Assert.Single(file.Lines).Clauses));
    }

    [Fact]
    public void Several_lines_for_one_member_are_all_kept()
    {
        var file = ContractFileParser.Parse("M:X.Y : MightSleep\nM:X.Y : p Borrows");

        Assert.Equal(["MightSleep", "@p Borrows"], file.Lines.Select(line => ContractClauseText.Write(line.Clauses)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    public void Lines_are_counted_as_the_compiler_counts_them(string lineBreak)
    {
        string text = string.Join(lineBreak, "# one", "", "M:X.Y : MightSleep", "", " M:X.Z : NeverSleeps", "M:X.W MightSleep");
        var compilers = Microsoft.CodeAnalysis.Text.SourceText.From(text).Lines;

        var file = ContractFileParser.Parse(text);

        Assert.Equal([2, 4], file.Lines.Select(line => line.Line));
        Assert.All(file.Lines, line => Assert.Equal(line.Line, compilers.GetLineFromPosition(line.Start).LineNumber));
        Assert.All(file.Lines, line => Assert.Equal(line.DocumentationId, text.Substring(line.Start, line.Length)));
        Assert.Equal(5, Assert.Single(file.Errors).Line);
    }
}
