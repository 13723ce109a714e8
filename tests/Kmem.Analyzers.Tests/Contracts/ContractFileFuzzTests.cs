using System.Globalization;
using System.Text;
using Kmem.Analyzers.Contracts;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>Random text, from fixed seeds: the parser answers every one, and its answer holds together.</summary>
public class ContractFileFuzzTests
{
    private const int TextsPerSeed = 4000;

    // Pieces of the format, so that random text comes deep into the grammar; and characters that have no place in it.
    private static readonly string[] Pieces =
    [
        "M:X.Y", "T:X", "M:X.#ctor(System.Int32)", "M:", ":", " : ", " ", "\n", "\r\n", "\r", "\u2028", "\t", "#", "@", ",", ";", "(", ")", "=", "\"", "\\",
        "\"f\"", "\"\\\"\"", "p ", "this ", "return ", "When", "Max", "True", "true", "NonZero", "HardIrq", "12", "-", "0x", "9223372036854775808",
        "\0", "\uFEFF", "\uD800", "é", "{", "`", "~", "..",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2012)]
    [InlineData(311)]
    [InlineData(987654321)]
    public void Any_text_is_answered(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < TextsPerSeed; i++)
            CheckAnswer(RandomText(random));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(77)]
    public void A_good_line_with_one_character_changed_is_answered(int seed)
    {
        const string Good = "M:X.Y(System.Int32) : MightSleep; n AllocationSize(Max = 131072), Borrows; return Allocates(\"f\\\"\", NeverNull = true)";
        var random = new Random(seed);
        for (int i = 0; i < TextsPerSeed; i++)
        {
            var text = new StringBuilder(Good);
            text[random.Next(text.Length)] = (char)random.Next(0, 0x3000);
            CheckAnswer(text.ToString());
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int length = random.Next(0, 40); length > 0; length--)
        {
            text.Append(random.Next(4) switch
            {
                0 => ContractVocabulary.Words[random.Next(ContractVocabulary.Words.Length)].Name,
                1 => ((char)random.Next(char.MinValue, char.MaxValue)).ToString(),
                _ => Pieces[random.Next(Pieces.Length)],
            });
        }

        return text.ToString();
    }

    private static void CheckAnswer(string text)
    {
        var file = ContractFileParser.Parse(text);

        foreach (var line in file.Lines)
        {
            Assert.Equal(line.DocumentationId, text.Substring(line.Start, line.Length));
            Assert.NotEmpty(line.Clauses);
            CheckReadAgain(line);
        }

        foreach (var error in file.Errors)
        {
            Assert.NotEmpty(error.Message.ToString(CultureInfo.InvariantCulture));
            Assert.InRange(error.Start, 0, text.Length);
            Assert.InRange(error.Start + error.Length, error.Start, text.Length);
        }

        Assert.Empty(file.Lines.Select(line => line.Line).Intersect(file.Errors.Select(error => error.Line)));
    }

    /// <summary>What was read, written down and read again, is the same.</summary>
    private static void CheckReadAgain(ContractLine line)
    {
        string clauses = ContractClauseText.Write(line.Clauses);

        var again = ContractFileParser.Parse($"{line.DocumentationId} : {clauses}");

        Assert.Empty(again.Errors);
        Assert.Equal(clauses, ContractClauseText.Write(Assert.Single(again.Lines).Clauses));
    }
}
