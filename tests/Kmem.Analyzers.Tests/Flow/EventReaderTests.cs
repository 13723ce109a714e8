using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>How operations read as events; pointers above all, which the compiler leaves without a kind.</summary>
public class EventReaderTests
{
    [Theory]
    [InlineData("*p = 1;", "p")]
    [InlineData("n = *p;", "p")]
    [InlineData("n = *(p + 1);", "p + 1")]
    [InlineData("p[1] = 2;", "p")]
    [InlineData("n = p[n];", "p")]
    [InlineData("n = *p++;", "p++")]
    [InlineData("n = ++*p;", "p")]
    [InlineData("*p += 3;", "p")]
    [InlineData("n = q->head;", "q")]
    [InlineData("n = (*q).head;", "q")]
    [InlineData("n = q[2].head;", "q")]
    [InlineData("n = q->next->head;", "q", "q->next")]
    [InlineData("q->next->next->head = 1;", "q", "q->next", "q->next->next")]
    [InlineData("n = q->Last->head;", "q", "q->Last")]
    [InlineData("p = &q->head;", "q")]
    [InlineData("p = &p[3];", "p")]
    [InlineData("ref int r = ref q->head; r = 2;", "q")]
    [InlineData("ref int r = ref *p; r = 2;", "p")]
    [InlineData("n = ((Node*)p)->head;", "p")]
    [InlineData("n = *(int*)q;", "q")]
    [InlineData("n = (*(Node**)q)->head;", "q", "*(Node**)q")]
    [InlineData("n = q->data[1];", "q", "q->data")]
    [InlineData("fixed (int* f = &nodes[0].head) { n = *f; }", "nodes", "f")]
    [InlineData("int* a = stackalloc int[3]; a[0] = 1;", "a")]
    [InlineData("Node local; Node* l = &local; l->head = 1;", "l")]
    [InlineData("n = nodes[0].head;", "nodes")]
    [InlineData("n = s.Length;", "s")]
    [InlineData("n = s?.Length ?? 0;", "s")]
    [InlineData("n = c ? *p : q->head;", "p", "q")]
    [InlineData("A(); n = sizeof(Node); p = null; p = G();")]
    [InlineData("Node local = default; local.head = 1; n = local.head;")]
    public void What_is_followed(string statements, params string[] pointers) => Assert.Equal(
        pointers,
        Snippet.Statements(statements).Graph().AllEvents().OfType<DereferenceEvent>().Select(step => TextOf(step)).Distinct());

    [Theory]
    [InlineData("n = 1;", "n")]
    [InlineData("int k = 1;", "k")]
    [InlineData("n++; --n; n += 2;", "n", "n", "n")]
    [InlineData("q->next = q;", "q->next")]
    [InlineData("p[2] = 1;", "p[2]")]
    [InlineData("(n, c) = (1, true);", "n", "c")]
    [InlineData("M(out int k); void M(out int x) { x = 1; }")]
    [InlineData("if (s is { } t) A();", "t")]
    [InlineData("_ = n;")]
    public void What_is_written(string statements, params string[] places) => Assert.Equal(
        places.Length,
        Snippet.Statements(statements).Graph().AllEvents().OfType<StoreEvent>().Count(step => step.Operation is not Microsoft.CodeAnalysis.FlowAnalysis.IFlowCaptureOperation));

    [Theory]
    [InlineData("A(); n = nodes.Rank;", "A", "get_Rank")]
    [InlineData("A(); n = s.Length + nodes.Length;", "A")]
    [InlineData("lock (s) { }", "Enter", "Exit")]
    [InlineData("Lock l = new(); lock (l) { A(); }", ".ctor", "A", "EnterScope")]
    [InlineData("using (new Scope()) { }", ".ctor", "Dispose")]
    [InlineData("foreach (var x in new List<int>()) { }", ".ctor", "GetEnumerator", "MoveNext", "get_Current", "Dispose")]
    [InlineData("DateTime t = DateTime.Now + TimeSpan.Zero;", "get_Now", "op_Addition")]
    [InlineData("decimal m = 1;")]
    [InlineData("delegate*<void> f = &A; f();", "?")]
    [InlineData("nint i = (nint)p; p = (int*)i; IntPtr j = new IntPtr(p); p = (int*)j.ToPointer();")]
    public void What_is_called(string statements, params string[] methods) => Assert.Equal(
        methods.Order(StringComparer.Ordinal),
        Snippet.Statements(statements).Graph().AllEvents().OfType<CallEvent>().Select(call => call.Method?.Name ?? "?").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_dump_shows_blocks_events_branches_and_states()
    {
        Snippet snippet = Snippet.Statements("try { if (c) A(); } finally { B(); } *p = 1;");

        string[] lines = FlowDump.Write(snippet.Graph(), new TraceDomain(), snippet.Program).Split(Environment.NewLine);

        Assert.Equal("B0 Entry in Root", lines[0]);
        Assert.Contains(lines, line => line.Contains("call A()    // A()", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("through finally B", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("follow t", StringComparison.Ordinal) && line.EndsWith("// p", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  state: ", StringComparison.Ordinal) && line.Contains("Trace = A B", StringComparison.Ordinal));
    }

    [Fact]
    public void The_dump_of_a_graph_alone_has_no_states()
    {
        string dump = FlowDump.Write(Snippet.Statements("A();").Graph());

        Assert.Contains("call A()", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("state:", dump, StringComparison.Ordinal);
    }

    private static string TextOf(DereferenceEvent step)
    {
        Microsoft.CodeAnalysis.SyntaxNode syntax = step.Operation.Syntax;
        while (syntax is Microsoft.CodeAnalysis.CSharp.Syntax.CastExpressionSyntax cast)
            syntax = cast.Expression;
        return syntax.ToString();
    }
}
