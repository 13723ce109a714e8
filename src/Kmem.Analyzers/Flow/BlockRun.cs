using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// The paths through one block, each with what its temporaries hold. Blocks are run far more often than anything else happens,
/// so what a run is kept in serves the next one: dispose it when its paths have been read.
/// </summary>
internal sealed class BlockRun : IDisposable
{
    private readonly Stack<BlockRun> _spare;
    private List<Running> _next = new(1);
    private Value[] _temporaries = Array.Empty<Value>();

    private BlockRun(Stack<BlockRun> spare) => _spare = spare;

    /// <summary>The paths, as far as they have come.</summary>
    public List<Running> Paths { get; private set; } = new(1);

    /// <summary>Begins a run on one path.</summary>
    /// <param name="spare">Runs that are done with, and where this one goes when it is.</param>
    /// <param name="temporaries">How many temporaries the block uses.</param>
    public static BlockRun Begin(Stack<BlockRun> spare, PathState start, int temporaries)
    {
        var run = spare.Count > 0 ? spare.Pop() : new BlockRun(spare);
        if (run._temporaries.Length < temporaries)
            run._temporaries = new Value[temporaries];
        run.Paths.Add(new Running(start, run._temporaries));
        return run;
    }

    /// <summary>Goes on with other paths.</summary>
    /// <param name="follow">Adds to a list what becomes of a path.</param>
    public void Replace<TArgument>(TArgument argument, Action<TArgument, Running, List<Running>> follow)
    {
        foreach (var path in Paths)
            follow(argument, path, _next);
        (Paths, _next) = (_next, Paths);
        _next.Clear();
    }

    /// <summary>Goes on with these paths instead.</summary>
    public void Replace(List<Running> paths) => Paths = paths;

    public void Dispose()
    {
        Paths.Clear();
        Array.Clear(_temporaries, 0, _temporaries.Length);
        _spare.Push(this);
    }
}
