namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Methods of business code: collections, strings, LINQ, patterns, exceptions.</summary>
internal static class OrdinaryShapes
{
    private static readonly Func<OrdinaryNames, string>[] Shapes = [Score, Validate, Summarize, Parse, Group, Update, Compare];

    public static string Write(OrdinaryNames names) => names.Random.Pick(Shapes)(names);

    private static string Score(OrdinaryNames names) => $$"""
        public decimal {{names.NewScore("Score")}}({{names.Thing}} item, int weight)
        {
            var total = item.Amount * weight;
            var text = item.Name;
            for (var i = 0; i < item.Tags.Count; i++)
            {
                if (item.Tags[i].Length == weight)
                    continue;
                total += item.Tags[i].Length;
            }

            {{CodeText.Indent(names.Statements(4), 1)}}
            return Math.Round(total + text.Length, 2);
        }
        """;

    private static string Validate(OrdinaryNames names) => $$"""
        public IReadOnlyList<string> {{names.NewMethod("Validate")}}({{names.Thing}} item)
        {
            var errors = new List<string>();
            var total = item.Amount;
            var text = item.Name;
            if (string.IsNullOrWhiteSpace(item.Name))
                errors.Add("The name is empty.");
            if (item.Amount < 0)
                errors.Add($"The amount {item.Amount} is negative.");
            if (item is { State: {{names.Thing}}State.Closed, Tags.Count: > {{names.Random.Next(1, 9)}} })
                errors.Add("A closed item has too many tags.");
            {{CodeText.Indent(names.Statements(3), 1)}}
            if (total > 1_000_000 || text.Length > 200)
                errors.Add("Too large.");
            return errors;
        }
        """;

    private static string Summarize(OrdinaryNames names) => $$"""
        public string {{names.NewMethod("Summarize")}}()
        {
            var builder = new StringBuilder();
            foreach (var item in _store.All().Where(each => each.State != {{names.Thing}}State.Cancelled).OrderByDescending(each => each.Amount).Take({{names.Random.Next(5, 50)}}))
            {
                var total = 0m;
                var text = "";
                {{CodeText.Indent(names.Statements(3), 2)}}
                builder.Append(item.Id).Append(": ").Append(item.Name).Append(' ').Append(total).AppendLine(text);
            }

            return builder.Length == 0 ? "nothing" : builder.ToString();
        }
        """;

    private static string Parse(OrdinaryNames names) => $$"""
        public {{names.Thing}}? {{names.NewMethod("Parse")}}(string line)
        {
            var parts = line.Split(';');
            if (parts.Length < 3 || !int.TryParse(parts[0], out var id) || !decimal.TryParse(parts[2], out var amount))
                return null;

            try
            {
                var state = Enum.Parse<{{names.Thing}}State>(parts.Length > 3 ? parts[3] : "Draft", ignoreCase: true);
                var item = new {{names.Thing}}(id, parts[1].Trim(), amount, state) { Created = DateTime.UnixEpoch.AddDays({{names.Random.Next(1, 20_000)}}) };
                var total = item.Amount;
                var text = line;
                {{CodeText.Indent(names.Statements(2), 2)}}
                item.Tags.AddRange(text.Split(',').Skip(1));
                return total < 0 ? null : item;
            }
            catch (ArgumentException problem)
            {
                Note(problem.Message);
                return null;
            }
        }
        """;

    private static string Group(OrdinaryNames names) => $$"""
        public Dictionary<{{names.Thing}}State, decimal> {{names.NewMethod("Group")}}(Func<{{names.Thing}}, bool> condition)
        {
            var sums = new Dictionary<{{names.Thing}}State, decimal>();
            foreach (var group in _store.All().Where(condition).GroupBy(item => item.State))
            {
                var item = group.First();
                var total = group.Sum(each => each.Amount);
                var text = group.Key.ToString();
                {{CodeText.Indent(names.Statements(3), 2)}}
                sums[group.Key] = total + text.Length;
            }

            return sums;
        }
        """;

    private static string Update(OrdinaryNames names) => $$"""
        public bool {{names.NewMethod("Update")}}(int id, string name)
        {
            if (_store.Find(id) is not { } item)
            {
                Note("missing " + id);
                return false;
            }

            var total = item.Amount;
            var text = name;
            {{CodeText.Indent(names.Statements(3), 1)}}
            var changed = item with { Name = text.Trim(), Amount = total, State = item.IsLarge ? {{names.Thing}}State.Open : item.State };
            if (changed == item)
                return false;

            _store.Save(changed);
            Note("updated " + id);
            return true;
        }
        """;

    private static string Compare(OrdinaryNames names) => $$"""
        public static int {{names.NewMethod("Compare")}}({{names.Thing}}? first, {{names.Thing}}? second)
        {
            if (ReferenceEquals(first, second))
                return 0;
            if (first is null)
                return -1;
            if (second is null)
                return 1;

            var byState = first.State.CompareTo(second.State);
            if (byState != 0)
                return byState;

            var byAmount = second.Amount.CompareTo(first.Amount);
            return byAmount != 0 ? byAmount : string.Compare(first.Name, second.Name, StringComparison.OrdinalIgnoreCase) * {{names.Random.Next(1, 4)}};
        }
        """;
}
