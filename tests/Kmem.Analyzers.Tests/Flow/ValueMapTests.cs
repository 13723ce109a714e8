using Kmem.Analyzers.Flow.Values;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

public class SmallMapTests
{
    private static readonly SmallMap<string, string> Empty = SmallMap<string, string>.Empty;

    [Fact]
    public void Finds_what_was_set_last()
    {
        SmallMap<string, string> map = Empty.Set("a", "1").Set("b", "2").Set("a", "3");

        Assert.Equal(2, map.Count);
        Assert.Equal("3", map.Find("a"));
        Assert.Equal("2", map.Find("b"));
        Assert.Null(map.Find("c"));
    }

    [Fact]
    public void Setting_what_is_there_changes_nothing()
    {
        SmallMap<string, string> map = Empty.Set("a", "1");

        Assert.Same(map, map.Set("a", "1"));
        Assert.Same(map, map.Remove("b"));
        Assert.Same(map, map.RemoveWhere(entry => entry.Value == "2"));
    }

    [Fact]
    public void An_older_map_stays_as_it_was()
    {
        SmallMap<string, string> older = Empty.Set("a", "1");
        _ = older.Set("a", "2").Set("b", "3").Remove("a");

        Assert.Equal(["a=1"], older.Select(entry => entry.Key + "=" + entry.Value));
    }

    [Fact]
    public void Equality_is_by_content_in_any_order()
    {
        SmallMap<string, string> map = Empty.Set("a", "1").Set("b", "2");
        SmallMap<string, string> same = Empty.Set("b", "2").Set("c", "3").Set("a", "1").Remove("c");

        Assert.Equal(map, same);
        Assert.Equal(map.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(map, same.Set("a", "2"));
        Assert.NotEqual(map, same.Remove("a"));
        Assert.NotEqual(map, same.Set("c", "3"));
        Assert.Equal(Empty, map.Remove("a").Remove("b"));
    }

    [Fact]
    public void Intersection_keeps_what_both_agree_on()
    {
        SmallMap<string, string> first = Empty.Set("a", "1").Set("b", "2").Set("c", "3");
        SmallMap<string, string> second = Empty.Set("c", "3").Set("b", "4").Set("d", "5");

        Assert.Equal(Empty.Set("c", "3"), first.Intersect(second));
        Assert.Equal(Empty.Set("c", "3"), second.Intersect(first));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Behaves_as_a_dictionary_does(int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<string, string>();
        SmallMap<string, string> map = Empty;
        for (int i = 0; i < 500; i++)
        {
            string key = random.Next(12).ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (random.Next(3) == 0)
            {
                expected.Remove(key);
                map = map.Remove(key);
            }
            else
            {
                expected[key] = "v" + random.Next(3);
                map = map.Set(key, expected[key]);
            }

            Assert.Equal(expected.Count, map.Count);
            Assert.All(expected, entry => Assert.Equal(entry.Value, map.Find(entry.Key)));
        }
    }

    [Fact]
    public void A_builder_that_changes_nothing_gives_back_the_map()
    {
        SmallMap<string, string> map = Empty.Set("a", "1").Set("b", "2");
        var builder = new SmallMap<string, string>.Builder();

        builder.Start(map);
        builder.Set("a", "1");
        builder.Update(0, (entry, _) => entry.Value);

        Assert.Same(map, builder.Finish());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_builder_does_what_single_changes_do(int seed)
    {
        var random = new Random(seed);
        var builder = new SmallMap<string, string>.Builder();
        SmallMap<string, string> map = Empty;
        for (int round = 0; round < 50; round++)
        {
            SmallMap<string, string> start = map;
            builder.Start(start);
            for (int change = random.Next(60); change > 0; change--)
            {
                string key = "k" + random.Next(40), value = "v" + random.Next(3);
                if (random.Next(4) == 0)
                {
                    map = map.Remove(key);
                    builder.Update(key, (entry, gone) => entry.Key == gone ? null : entry.Value);
                }
                else
                {
                    map = map.Set(key, value);
                    builder.Set(key, value);
                }

                Assert.Equal(map.Find(key), builder.Find(key));
            }

            SmallMap<string, string> built = builder.Finish();
            Assert.Equal(map, built);
            Assert.Equal(map.GetHashCode(), built.GetHashCode());
            map = built;
        }
    }
}
