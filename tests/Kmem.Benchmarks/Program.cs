using Kmem.Benchmarks.Allocator;
using Kmem.Benchmarks.Analyzers;

const string Usage = """
    Usage: dotnet run -c Release --project tests/Kmem.Benchmarks -- <suite> [options]

    Suites:
      analyzers    the analyzers' time against the compiler's, after an edit, and beside other analyzers
                   --quick                  small sizes and few rounds, to see that all of it works
                   --only <part>,<part>     of: size, edits, peers
                   --code <kind>,<kind>     of: driver, ordinary, waiting
                   --kloc <n>,<n>           sizes for the part "size", in thousands of lines
                   --rounds <n>             how often each measurement is repeated

      allocator    the runtime's allocators beside others
                   --quick                  few rounds, to see that all of it works
                   --only <part>,<part>     of: pairs, batches, random, threads, pages, areas, counter, debug, memory, soak
                   --rounds <n>             how often each measurement is repeated
    """;

switch (args)
{
    case ["analyzers", .. var options]:
        return AnalyzerSuite.Run(options);
    case ["allocator", .. var options]:
        return AllocatorSuite.Run(options);
    default:
        Console.Error.WriteLine(args.Length == 0 ? "No suite chosen." : $"'{args[0]}' is no suite.");
        Console.Error.WriteLine(Usage);
        return 2;
}
