namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>The names of one driver: its prefix, and the methods that are there to be called.</summary>
internal sealed class DriverNames(string prefix, Random random)
{
    private readonly List<string> _plain = [];
    private int _methods;

    public string Prefix { get; } = prefix;

    public Random Random { get; } = random;

    /// <summary>The first of five helpers that end in an allocation; takes a device, a length and flags. Empty: there is none yet.</summary>
    public string AllocatingHelper { get; set; } = "";

    /// <summary>A name for a new method.</summary>
    public string NewMethod(string verb) => $"{Prefix}_{verb}_{++_methods}";

    /// <summary>A name for a new method that any other may call: it takes a device and a number, and gives a number.</summary>
    public string NewPlainMethod(string verb)
    {
        var name = NewMethod(verb);
        _plain.Add(name);
        return name;
    }

    /// <summary>Statements over <c>dev</c>, <c>value</c> and <c>status</c>, as they stand between the calls that matter.</summary>
    public string Statements(int count) => CodeText.Join(Enumerable.Range(0, count).Select(_ => Statement()));

    private string Statement()
    {
        var a = Random.Next(1, 31);
        var b = Random.Next(1, 0x4000);
        return Random.Next(8) switch
        {
            0 => $"value = (value << {a % 7 + 1}) ^ (dev->features >> {a});",
            1 => $"dev->counters[{a % 16}] += value & 0x{b:X};",
            2 => $"""
                if ((value & 0x{b:X}) != 0)
                    status += {a};
                else
                    value ^= 0x{b + a:X};
                """,
            3 => $"""
                for (var i = 0; i < {a % 12 + 2}; i++)
                    value += dev->counters[i & 15] >> (i & {a});
                """,
            4 => $$"""
                switch (value & 3)
                {
                    case 0:
                        value += {{b}};
                        break;
                    case 1:
                        status = (int)(value >> {{a}});
                        break;
                    default:
                        value ^= dev->features;
                        break;
                }
                """,
            5 => $"""
                while (value > 0x{b + 0x100:X})
                    value >>= {a % 4 + 1};
                """,
            6 when _plain.Count > 1 => $"value ^= {Random.Pick(_plain.GetRange(0, _plain.Count - 1))}(dev, value + {a});",
            _ => $"""
                if (dev->state == {a} && dev->users > {a % 5})
                    value |= 0x{b:X};
                """,
        };
    }
}
