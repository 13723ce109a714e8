using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>How many different elements a loop over a list makes: the first, and any other.</summary>
public class ListWalkTests
{
    [Theory]
    [InlineData("for (Node* x = q; x != null; x = x->next) { if (x->head == n) break; }", 2)]
    [InlineData("Node* x = q; while (x != null && x->head != n) x = x->next;", 2)]
    [InlineData("Node* x = q; do { A(); x = x->next->next; } while (x != null);", 2)]
    [InlineData("for (Node* x = q->next; x != null; x = c ? x->next : x->next->next) A();", 2)]
    [InlineData("Node* x = q; again: x = x->next; if (x != null) goto again;", 2)]
    [InlineData("Node* x = q; if (c) A(); x = x->next; if (d) A(); x = x->next; if (c) B();", 3)]
    [InlineData("for (Node* x = q; x != null; x = q->next) A();", 2)]
    public void Elements(string statements, int count) => Assert.Equal(count, ValuesOf("x", statements).Count);

    private static HashSet<Value> ValuesOf(string variable, string statements)
    {
        Snippet snippet = Snippet.Statements(statements);
        var domain = new TraceDomain();
        var values = new HashSet<Value>();
        var solver = new Solver(snippet.Graph(), domain, snippet.Program, CancellationToken.None) { Observer = (_, state) => Add(state) };

        foreach (PathState exit in solver.Run(new PathState(domain.Initial)))
            Add(exit);
        return values;

        void Add(PathState state) =>
            values.UnionWith(state.Cells.Where(cell => cell.Key is VariableAddress address && address.Variable.Name == variable).Select(cell => cell.Value));
    }
}
