using System.Globalization;
using Kmem.Analyzers.Contracts;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

public class ContractFileErrorTests
{
    // The ID.
    [Theory]
    [InlineData("M:X.Y MightSleep", "M:X.Y MightSleep", "no ' : '")]
    [InlineData("M:X.Y: MightSleep", "M:X.Y: MightSleep", "no ' : '")]
    [InlineData("M:X.Y :MightSleep", "M:X.Y :MightSleep", "no ' : '")]
    [InlineData(": MightSleep", "", "no documentation ID")]
    [InlineData("X.Y : MightSleep", "X.Y", "'X.Y' is not the documentation ID")]
    [InlineData("F:X.Y : MightSleep", "F:X.Y", "M: for a method")]
    [InlineData("M : MightSleep", "M", "'M' is not the documentation ID")]
    [InlineData("M: : MightSleep", "M:", "names nothing")]
    [InlineData("M:X.Y(System.Int32, System.Int32) : MightSleep", "M:X.Y(System.Int32, System.Int32)", "contains a blank")]
    // The words.
    [InlineData("M:X.Y : Sleeps", "Sleeps", "'Sleeps' is not a word of contracts; the member itself can have AtomicContext, ")]
    [InlineData("M:X.Y : mightsleep", "mightsleep", "'mightsleep' is not a word")]
    [InlineData("M:X.Y : ptr Free(\"a\")", "Free", "a parameter can have AtomicContext, ")]
    [InlineData("M:X.Y : ptr MightSleep", "MightSleep", "'MightSleep' cannot be said of a parameter, only of the member itself.")]
    [InlineData("M:X.Y : return Frees(\"a\")", "Frees", "cannot be said of 'return', only of 'this' or a parameter.")]
    [InlineData("M:X.Y : Allocates(\"a\")", "Allocates", "cannot be said of the member itself, only of 'return' or a parameter.")]
    [InlineData("M:X.Y : this Allocates(\"a\")", "Allocates", "cannot be said of 'this'")]
    // Their arguments.
    [InlineData("M:X.Y : p Frees", "Frees", "cannot have 0 arguments without a name; it is written Frees(string families, ..., When = Outcome).")]
    [InlineData("M:X.Y : MightSleep(1)", "MightSleep", "cannot have 1 argument without a name; it is written MightSleep.")]
    [InlineData("M:X.Y : EntersAtomic(\"a\", \"b\")", "EntersAtomic", "cannot have 2 arguments without a name; it is written EntersAtomic(string section).")]
    [InlineData("M:X.Y : HoldsSpinlock(1)", "1", "'1' is not possible for 'lockName'; a string in quotes is expected.")]
    [InlineData("M:X.Y : HoldsSpinlock(dev)", "dev", "a string in quotes is expected.")]
    [InlineData("M:X.Y : p NotNullWhen(\"true\")", "\"true\"", "the string \"true\" is not possible for 'returnValue'; true or false is expected.")]
    [InlineData("M:X.Y : p NotNullWhen(True)", "True", "true or false is expected.")]
    [InlineData("M:X.Y : StackBudget(true)", "true", "'true' is not possible for 'bytes'; an integer is expected.")]
    [InlineData("M:X.Y : AtomicContext(HardIRQ)", "HardIRQ", "one of Unspecified, PreemptionDisabled, SoftIrq, HardIrq is expected.")]
    [InlineData("M:X.Y : p TakesOwnership(When = Outcome.True)", "Outcome.True", "'Outcome.True' is not possible for 'When'; one of Always, True, ")]
    [InlineData("M:X.Y : p TakesOwnership(when = True)", "when", "'TakesOwnership' has no argument named 'when'; it is written TakesOwnership(When = Outcome).")]
    [InlineData("M:X.Y : p TakesOwnership(When = True, When = False)", "When", "given twice")]
    [InlineData("M:X.Y : p Frees(When = True, \"a\")", "\"a\"", "stands behind one with a name")]
    // The grammar.
    [InlineData("M:X.Y :", "", "the end of the line stands where a word is expected")]
    [InlineData("M:X.Y : # nothing", "", "the end of the line stands where a word is expected")]
    [InlineData("M:X.Y : MightSleep;", "", "the end of the line stands where a word is expected")]
    [InlineData("M:X.Y : p Borrows,", "", "the end of the line stands where a word is expected")]
    [InlineData("M:X.Y : ; MightSleep", ";", "';' stands where a word is expected")]
    [InlineData("M:X.Y : p Borrows DisallowNull", "DisallowNull", "'DisallowNull' stands where a ',' and a further word, ")]
    [InlineData("M:X.Y : p Frees(\"a\"", "", "the end of the line stands where a ',' and a further argument")]
    [InlineData("M:X.Y : p Frees(\"a\";", ";", "';' stands where a ',' and a further argument")]
    [InlineData("M:X.Y : p Frees(\"a\",)", ")", "')' stands where an argument is expected")]
    [InlineData("M:X.Y : p TakesOwnership(When =)", ")", "')' stands where an argument is expected")]
    [InlineData("M:X.Y : MightSleep : NeverSleeps", ":", "':' has no meaning here")]
    [InlineData("M:X.Y : @ Borrows", "@", "'@' has no meaning here")]
    // Strings and integers.
    [InlineData("M:X.Y : p Frees(\"abc)", "\"abc)", "The string is not closed")]
    [InlineData("M:X.Y : p Frees(\"abc\\", "\"abc\\", "The string is not closed")]
    [InlineData("M:X.Y : p Frees(\"a\\nb\")", "\\n", "'\\n' is no escape; strings know \\\" and \\\\ only.")]
    [InlineData("M:X.Y : StackBudget(1k)", "1k", "'1k' is not an integer")]
    [InlineData("M:X.Y : StackBudget(-)", "-", "'-' is not an integer")]
    [InlineData("M:X.Y : StackBudget(0x)", "0x", "'0x' is not an integer")]
    [InlineData("M:X.Y : StackBudget(9223372036854775808)", "9223372036854775808", "is not an integer")]
    [InlineData("M:X.Y : StackBudget(-9223372036854775809)", "-9223372036854775809", "is not an integer")]
    [InlineData("M:X.Y : StackBudget(0x10000000000000000)", "0x10000000000000000", "is not an integer")]
    public void A_mistake_is_told_where_it_is_and_other_lines_count(string line, string at, string message)
    {
        string text = $"M:A.B : MightSleep\n{line}\nM:C.D : MightSleep";

        var file = ContractFileParser.Parse(text);

        var error = Assert.Single(file.Errors);
        Assert.Contains(message, error.Message.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(at, text.Substring(error.Start, error.Length));
        Assert.Equal(1, error.Line);
        Assert.Equal(["M:A.B", "M:C.D"], file.Lines.Select(read => read.DocumentationId));
    }

    [Fact]
    public void Every_wrong_word_of_a_line_is_told()
    {
        var file = ContractFileParser.Parse("M:X.Y : Sleeps; p Frees(1, false), Borrows; return Owned");

        Assert.Equal(4, file.Errors.Length);
        Assert.Empty(file.Lines);
    }

    // The parts of a message are in the reader's language too.
    [Theory]
    [InlineData("zh-Hans", "“Frees”不能用于成员本身，只能用于“this”或参数。")]
    [InlineData("zh-Hant", "「Frees」不能用於成員本身，只能用於「this」或參數。")]
    public void A_mistake_is_told_in_the_language_of_the_reader(string language, string message)
    {
        var error = Assert.Single(ContractFileParser.Parse("M:Library.Release(System.IntPtr) : Frees(\"library\")").Errors);

        Assert.Equal(message, error.Message.ToString(CultureInfo.GetCultureInfo(language)));
    }
}
