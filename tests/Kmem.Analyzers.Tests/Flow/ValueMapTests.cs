using Kmem.Analyzers.Flow.Values;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

public class ValueMapTests
{
    private static readonly ConstantValue A = ConstantValue.Of("a");
    private static readonly ConstantValue B = ConstantValue.Of("b");
    private static readonly ConstantValue C = ConstantValue.Of("c");
    private static readonly ConstantValue D = ConstantValue.Of("d");
    private static readonly ValueMap<string> Empty = ValueMap<string>.Empty;

    [Fact]
    public void Finds_what_was_set_last()
    {
        ValueMap<string> map = Empty.Set(A, "1").Set(B, "2").Set(A, "3");

        Assert.Equal(2, map.Count);
        Assert.Equal("3", map.Find(A));
        Assert.Equal("2", map.Find(B));
        Assert.Null(map.Find(C));
    }

    [Fact]
    public void Setting_what_is_there_changes_nothing()
    {
        ValueMap<string> map = Empty.Set(A, "1");

        Assert.Same(map, map.Set(A, "1"));
        Assert.Same(map, map.Remove(B));
        Assert.Same(map, map.RemoveWhere(entry => entry.Value == "2"));
    }

    [Fact]
    public void An_older_map_stays_as_it_was()
    {
        ValueMap<string> older = Empty.Set(A, "1");
        _ = older.Set(A, "2").Set(B, "3").Remove(A);

        Assert.Equal(["a=1"], older.Select(entry => entry.Key + "=" + entry.Value));
    }

    [Fact]
    public void Equality_is_by_content_in_any_order()
    {
        ValueMap<string> map = Empty.Set(A, "1").Set(B, "2");
        ValueMap<string> same = Empty.Set(B, "2").Set(C, "3").Set(A, "1").Remove(C);

        Assert.Equal(map, same);
        Assert.Equal(map.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(map, same.Set(A, "2"));
        Assert.NotEqual(map, same.Remove(A));
        Assert.NotEqual(map, same.Set(C, "3"));
        Assert.Equal(Empty, map.Remove(A).Remove(B));
    }

    [Fact]
    public void Intersection_keeps_what_both_agree_on()
    {
        ValueMap<string> first = Empty.Set(A, "1").Set(B, "2").Set(C, "3");
        ValueMap<string> second = Empty.Set(C, "3").Set(B, "4").Set(D, "5");

        Assert.Equal(Empty.Set(C, "3"), first.Intersect(second));
        Assert.Equal(Empty.Set(C, "3"), second.Intersect(first));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Behaves_as_a_dictionary_does(int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<Value, string>();
        ValueMap<string> map = Empty;
        for (int i = 0; i < 500; i++)
        {
            Value key = ConstantValue.Of(random.Next(12));
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
        ValueMap<string> map = Empty.Set(A, "1").Set(B, "2");
        var builder = new ValueMap<string>.Builder();

        builder.Start(map);
        builder.Set(A, "1");
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
        var builder = new ValueMap<string>.Builder();
        ValueMap<string> map = Empty;
        for (int round = 0; round < 50; round++)
        {
            ValueMap<string> start = map;
            builder.Start(start);
            for (int change = random.Next(60); change > 0; change--)
            {
                Value key = ConstantValue.Of(random.Next(40));
                string value = "v" + random.Next(3);
                if (random.Next(4) == 0)
                {
                    map = map.Remove(key);
                    builder.Update(key, (entry, gone) => entry.Key.Equals(gone) ? null : entry.Value);
                }
                else
                {
                    map = map.Set(key, value);
                    builder.Set(key, value);
                }

                Assert.Equal(map.Find(key), builder.Find(key));
            }

            ValueMap<string> built = builder.Finish();
            Assert.Equal(map, built);
            Assert.Equal(map.GetHashCode(), built.GetHashCode());
            map = built;
        }
    }
}
