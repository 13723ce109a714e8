namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Methods of business code that wait: for a task, a lock, a file, the console.</summary>
internal static class WaitingShapes
{
    private static readonly Func<OrdinaryNames, string>[] Shapes = [Load, Guard, Print, Read];

    public static string Write(OrdinaryNames names) => names.Random.Pick(Shapes)(names);

    private static string Load(OrdinaryNames names) => $$"""
        public async Task<decimal> {{names.NewMethod("Load")}}(int id)
        {
            var item = await _store.FindLater(id).ConfigureAwait(false);
            if (item is null)
                return 0;

            var total = item.Amount;
            var text = item.Name;
            {{CodeText.Indent(names.Statements(4), 1)}}
            var other = await _store.FindLater(id + text.Length);
            return other is null ? total : total + other.Amount;
        }
        """;

    private static string Guard(OrdinaryNames names) => $$"""
        public int {{names.NewMethod("Count")}}({{names.Thing}} item)
        {
            lock (_gate)
            {
                var total = item.Amount;
                var text = item.Name;
                {{CodeText.Indent(names.Statements(4), 2)}}
                if (total > text.Length)
                    _changes++;
                return _changes;
            }
        }
        """;

    private static string Print(OrdinaryNames names) => $$"""
        public void {{names.NewMethod("Print")}}()
        {
            foreach (var item in _store.All())
            {
                var total = item.Amount;
                var text = item.Name;
                {{CodeText.Indent(names.Statements(4), 2)}}
                Console.WriteLine($"{item.Id} {text} {total}");
            }
        }
        """;

    private static string Read(OrdinaryNames names) => $$"""
        public int {{names.NewMethod("Read")}}(string path)
        {
            using var reader = new StreamReader(path);
            var count = 0;
            while (reader.ReadLine() is { } line)
            {
                var item = new {{names.Thing}}(count, line, line.Length, {{names.Thing}}State.Draft);
                var total = item.Amount;
                var text = line;
                {{CodeText.Indent(names.Statements(3), 2)}}
                if (total > 0 && text.Length > 0)
                    count++;
            }

            return count;
        }
        """;
}
