namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Five helpers, each calling the next; only the last allocates, with the flags that the first was given.</summary>
internal static class HelperChain
{
    private const int Depth = 5;

    public static IEnumerable<string> Write(DriverNames names)
    {
        var called = "";
        var chain = new List<string>();
        for (var level = Depth; level >= 1; level--)
        {
            var name = names.NewMethod("fetch");
            chain.Insert(0, level == Depth ? Allocating(names, name) : Passing(names, name, called));
            called = name;
        }

        names.AllocatingHelper = called;
        return chain;
    }

    private static string Allocating(DriverNames names, string name) => $$"""
        private static byte* {{name}}({{names.Prefix}}_device* dev, nuint length, gfp_t flags)
        {
            var status = 0;
            var value = (uint)length;
            {{CodeText.Indent(names.Statements(2), 1)}}
            var buffer = (byte*)kmalloc(length, flags);
            if (buffer == null)
            {
                dev->errors++;
                return null;
            }

            buffer[0] = (byte)value;
            buffer[1] = (byte)status;
            return buffer;
        }
        """;

    private static string Passing(DriverNames names, string name, string called) => $$"""
        private static byte* {{name}}({{names.Prefix}}_device* dev, nuint length, gfp_t flags)
        {
            var status = 0;
            var value = (uint)length;
            {{CodeText.Indent(names.Statements(3), 1)}}
            if (length == 0 || status == -EINVAL)
                return null;

            var buffer = {{called}}(dev, length + {{names.Random.Next(1, 64)}}, flags);
            if (buffer != null)
                buffer[{{names.Random.Next(2, 64)}}] = (byte)value;
            return buffer;
        }
        """;
}
