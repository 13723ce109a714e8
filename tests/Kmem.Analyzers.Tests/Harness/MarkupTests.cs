using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Markup, read and written.</summary>
public class MarkupTests
{
    [Theory]
    [InlineData("abc", "abc", "")]
    [InlineData("[|abc|]", "abc", "[0..3)")]
    [InlineData("a[||]b", "ab", "[1..1)")]
    [InlineData("{|X1:a|}b", "ab", "X1[0..1)")]
    [InlineData("{|#0:a{|X1:b|}|}", "ab", "#0[0..2) X1[1..2)")]
    [InlineData("{|#0:a{|#1:b|#0}c|#1}", "abc", "#0[0..2) #1[1..3)")]
    [InlineData("[|int[|]]", "int[]", "[0..4)")]
    [InlineData("{|X1:int[|}]", "int[]", "X1[0..4)")]
    [InlineData("a | b || c", "a | b || c", "")]
    [InlineData("new { | }", "new { | }", "")]
    public void Markup_is_taken_out_and_understood(string marked, string text, string spans)
    {
        MarkedText parsed = MarkupParser.Parse(marked, "Test.cs", MarkupOptions.None);

        Assert.Equal(text, parsed.Text);
        Assert.Equal(spans, string.Join(" ", parsed.Spans.Select(span => span.Name + span.Span)));
    }

    [Fact]
    public void Dollars_may_be_code() =>
        Assert.Equal("$$", MarkupParser.Parse("$$", "Test.cs", MarkupOptions.TreatPositionIndicatorsAsCode).Text);

    [Fact]
    public void What_is_written_reads_back()
    {
        const string Text = "abcdefgh";
        var random = new Random(20_24);
        for (int round = 0; round < 2_000; round++)
        {
            TextSpan[] places = [.. Enumerable.Range(0, random.Next(6)).Select(_ => RandomSpan(random, Text.Length))];
            MarkedSpan[] spans = [.. Keyed(places).OrderByDescending(span => span.IsLocationKey)];

            MarkedText parsed = MarkupParser.Parse(MarkupWriter.Insert(Text, spans), "Test.cs", MarkupOptions.None);

            Assert.Equal(Text, parsed.Text);
            Assert.Equal(spans.OrderBy(span => span.Name), parsed.Spans.OrderBy(span => span.Name));
        }
    }

    private static TextSpan RandomSpan(Random random, int length)
    {
        int start = random.Next(length + 1);
        return TextSpan.FromBounds(start, random.Next(start, length + 1));
    }

    // Spans that cross others need keys, as the writer gives them; of the rest every other one gets one too.
    private static IEnumerable<MarkedSpan> Keyed(TextSpan[] places) => places.Select((place, index) =>
        new MarkedSpan(index % 2 == 0 || Array.Exists(places, other => MarkupWriter.Crosses(place, other)) ? $"#{index}" : $"X{index}", place));
}
