using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>Messages are there in every language that Kmem speaks, and say the same.</summary>
public class MessageTests
{
    private static readonly ResourceManager Messages = new("Kmem.Analyzers.Messages", typeof(Rules).Assembly);

    public static TheoryData<string> Translations => ["zh-Hans", "zh-Hant"];

    [Theory]
    [MemberData(nameof(Translations))]
    public void Every_text_is_translated(string language)
    {
        Assert.Equal(Names(CultureInfo.InvariantCulture), Names(CultureInfo.GetCultureInfo(language)));
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void A_translation_names_all_that_the_original_names(string language) => Assert.All(
        Names(CultureInfo.InvariantCulture),
        name => Assert.Equal(
            Placeholders(Messages.GetString(name, CultureInfo.InvariantCulture)!),
            Placeholders(Messages.GetString(name, CultureInfo.GetCultureInfo(language))!)));

    [Theory]
    [MemberData(nameof(Translations))]
    public void A_rule_is_written_in_Chinese(string language) => Assert.All(Rules.All, rule =>
    {
        CultureInfo culture = CultureInfo.GetCultureInfo(language);
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", rule.Title.ToString(culture));
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", rule.Description.ToString(culture));
    });

    // The compiler asks for the language of a country, and gets the script that is written there.
    [Theory]
    [InlineData("zh-CN", "zh-Hans")]
    [InlineData("zh-TW", "zh-Hant")]
    public void A_country_has_its_script(string country, string language) => Assert.Equal(
        Rules.SleepingCall.Title.ToString(CultureInfo.GetCultureInfo(language)),
        Rules.SleepingCall.Title.ToString(CultureInfo.GetCultureInfo(country)));

    [Fact]
    public void The_two_scripts_differ() => Assert.NotEqual(
        Rules.SleepingCall.Title.ToString(CultureInfo.GetCultureInfo("zh-Hans")),
        Rules.SleepingCall.Title.ToString(CultureInfo.GetCultureInfo("zh-Hant")));

    private static IEnumerable<string> Names(CultureInfo culture) =>
        Messages.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Placeholders(string text) =>
        Regex.Matches(text, @"\{\d\}").Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);
}
