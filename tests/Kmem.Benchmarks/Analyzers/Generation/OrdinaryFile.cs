namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Business code that knows nothing of memory: a record, an interface, a store and a service of some twenty methods.</summary>
internal sealed class OrdinaryFile
{
    private const int Methods = 17;

    private static readonly string[] Things = ["Order", "Invoice", "Customer", "Shipment", "Contract", "Ticket", "Account", "Product", "Booking", "Payment"];

    private readonly OrdinaryNames _names;

    private OrdinaryFile(OrdinaryNames names) => _names = names;

    /// <summary>A file in which nothing blocks, sleeps, locks or awaits.</summary>
    public static SourceFile CreatePure(int number, Random random) => Create(number, random, waits: false);

    /// <summary>The same with what ordinary programs also do now and then: <c>await</c>, <c>lock</c>, the console, streams.</summary>
    public static SourceFile CreateWaiting(int number, Random random) => Create(number, random, waits: true);

    private static SourceFile Create(int number, Random random, bool waits)
    {
        var names = new OrdinaryNames(Things[number % Things.Length] + number, random);
        return new SourceFile($"Business/{names.Thing}.cs", new OrdinaryFile(names).Text(waits));
    }

    private string Text(bool waits)
    {
        var shapes = Enumerable.Range(0, Methods).Select(i =>
            waits && i % 4 == 0 ? WaitingShapes.Write(_names) : OrdinaryShapes.Write(_names));
        var t = _names.Thing;
        return $$"""
            using System;
            using System.Collections.Generic;
            using System.IO;
            using System.Linq;
            using System.Text;
            using System.Threading.Tasks;

            namespace Business;

            internal enum {{t}}State
            {
                Draft,
                Open,
                Closed,
                Cancelled,
            }

            internal sealed record {{t}}(int Id, string Name, decimal Amount, {{t}}State State)
            {
                public DateTime Created { get; init; }

                public List<string> Tags { get; init; } = new();

                public bool IsLarge => Amount > {{_names.Random.Next(100, 10_000)}}m && State != {{t}}State.Cancelled;
            }

            internal interface I{{t}}Store
            {
                {{t}}? Find(int id);

                IReadOnlyList<{{t}}> All();

                Task<{{t}}?> FindLater(int id);

                void Save({{t}} item);
            }

            internal sealed class {{t}}Memory : I{{t}}Store
            {
                private readonly Dictionary<int, {{t}}> _items = new();

                public {{t}}? Find(int id) => _items.TryGetValue(id, out var item) ? item : null;

                public IReadOnlyList<{{t}}> All() => _items.Values.OrderBy(item => item.Id).ToList();

                public Task<{{t}}?> FindLater(int id) => Task.FromResult(Find(id));

                public void Save({{t}} item)
                {
                    ArgumentNullException.ThrowIfNull(item);
                    _items[item.Id] = item;
                }
            }

            internal sealed class {{t}}Service
            {
                private readonly I{{t}}Store _store;
                private readonly List<string> _log = new();
                private readonly object _gate = new();
                private int _changes;

                public {{t}}Service(I{{t}}Store store) => _store = store ?? throw new ArgumentNullException(nameof(store));

                public event EventHandler? Changed;

                public int Changes => _changes;

                public IReadOnlyList<string> Log => _log;

                {{CodeText.Indent(CodeText.Join(shapes, "\n\n"), 1)}}

                private void Note(string text)
                {
                    _changes++;
                    _log.Add($"{_changes}: {text} {_gate.GetHashCode() % 10}");
                    Changed?.Invoke(this, EventArgs.Empty);
                }
            }

            """;
    }
}
