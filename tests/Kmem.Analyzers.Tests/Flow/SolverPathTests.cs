using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>Which paths the solver follows: each is told by the calls on it.</summary>
public class SolverPathTests
{
    [Theory]
    [InlineData("A(); B();", "A B")]
    [InlineData("if (c) A(); else B();", "A", "B")]
    [InlineData("if (c) A(); if (c) B();", "", "A B")]
    [InlineData("if (c) A(); if (!c) B();", "A", "B")]
    [InlineData("if (c) A(); if (d) B();", "", "A", "A B", "B")]
    [InlineData("if (c && d) A(); else B();", "A", "B")]
    [InlineData("if (c || d) A(); else B();", "A", "B")]
    [InlineData("if (c) { A(); return; } B();", "A", "B")]
    [InlineData("if (n == 1) A(); if (n == 2) B(); if (n == 1) C();", "", "A C", "B")]
    [InlineData("if (n > 5) A(); if (n <= 5) B();", "A", "B")]
    [InlineData("if (n > 5) A(); if (n < 3) B();", "", "A", "B")]
    [InlineData("if (n < 0) A(); else if (n == 0) B(); else if (n > 0) C(); else D();", "A", "B", "C")]
    [InlineData("if (s == null) A(); if (s is null) B(); if (s is not null) C();", "A B", "C")]
    [InlineData("if (p == null) A(); else B(); if (p != null) C();", "A", "B C")]
    [InlineData("bool e = c; if (c) A(); if (e) B();", "", "A B")]
    [InlineData("bool e = !c && n > 3; if (e) A(); if (c) B(); if (e) C();", "", "A C", "B")]
    [InlineData("if (c) A(); c = d; if (c) B();", "", "A", "A B", "B")]
    [InlineData("int k = 0; if (c) { A(); k = 1; } if (k == 1) B();", "", "A B")]
    [InlineData("int k = 0; if (c) { A(); k++; } if (k != 0) B();", "", "A B")]
    [InlineData("_ = c ? P() : Q(); A();", "P A", "Q A")]
    [InlineData("_ = c && P(); A();", "A", "P A")]
    [InlineData("_ = c || P(); A();", "A", "P A")]
    [InlineData("_ = s ?? F(); A(); string F() { return \"\"; }", "A", "F A")]
    [InlineData("Scope x = c ? new Scope() : null; x?.Dispose(); A();", "A", "Dispose A")]
    [InlineData("switch (n) { case 1: A(); break; case 2: B(); goto case 1; default: C(); break; }", "A", "B A", "C")]
    [InlineData("switch (n) { case 1: A(); break; } switch (n) { case 1: B(); break; case 2: C(); break; }", "", "A B", "C")]
    [InlineData("_ = n switch { 1 => P(), > 5 => Q(), _ => true };", "", "P", "Q")]
    [InlineData("switch (s) { case null: A(); break; case { Length: > 3 }: B(); break; default: C(); break; }", "A", "B", "C")]
    [InlineData("if (n is > 3 and < 9) A(); else B();", "A", "B")]
    [InlineData("if (n is 1 or 2) A(); else B();", "A", "B")]
    public void Branches(string statements, params string[] paths) => Check(statements, paths);

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { A(); break; } B();", "A B", "B")]
    [InlineData("while (P()) { } A();", "P A", "P P A", "P P P A", "P P P P A", "P P P P P")]
    [InlineData("do { A(); } while (false); B();", "A B")]
    [InlineData("while (true) { A(); break; }", "A")]
    [InlineData("while (true) { A(); }")]
    [InlineData("int k = 0; again: A(); if (k++ < 1) goto again; B();", "A A B")]
    [InlineData("goto end; A(); end: B();", "B")]
    [InlineData("if (c) goto end; A(); end: B();", "A B", "B")]
    [InlineData("foreach (var x in s) A();", "", "A", "A A", "A A A", "A A A A", "A A A A A", "A A A A Dispose", "A A A Dispose", "A A Dispose", "A Dispose", "Dispose")]
    [InlineData("bool first = true; while (P()) { if (first) { A(); first = false; continue; } break; } B();", "P A P B", "P B")]
    [InlineData("for (int i = 0; ; i++) { if (c) return; A(); if (!c) return; }", "", "A")]
    public void Loops(string statements, params string[] paths) => Check(statements, paths);

    [Theory]
    [InlineData("try { A(); } finally { B(); } C();", "A B C")]
    [InlineData("try { if (c) return; A(); } finally { B(); } C();", "A B C", "B")]
    [InlineData("try { if (c) return; A(); if (d) goto end; B(); } finally { C(); } D(); end: E();", "A B C D E", "A C E", "C")]
    [InlineData("try { if (c) A(); } finally { if (c) B(); else C(); } if (c) D();", "A B D", "C")]
    [InlineData("try { try { if (c) return; A(); } finally { B(); } } finally { C(); } D();", "A B C D", "B C")]
    [InlineData("for (int i = 0; i < 1; i++) { try { if (c) continue; A(); break; } finally { B(); } } C();", "A B C", "B C")]
    [InlineData("try { A(); } finally { try { B(); } finally { C(); } }", "A B C")]
    [InlineData("try { A(); } catch (Exception) { B(); } C();", "A C", "B C")]
    [InlineData("try { A(); } catch (InvalidOperationException) { B(); } catch { C(); } finally { D(); }", "A D", "B D", "C D")]
    [InlineData("try { A(); } catch (Exception) when (P()) { B(); } C();", "A C", "P B C")]
    [InlineData("try { A(); throw new Exception(); } catch { B(); }", "B")]
    [InlineData("A(); throw new Exception();")]
    [InlineData("try { A(); } finally { throw new Exception(); }")]
    [InlineData("using (new Scope()) { A(); } B();", "A Dispose B")]
    [InlineData("using var x = new Scope(); if (c) return; A();", "A Dispose", "Dispose")]
    [InlineData("lock (s) { A(); } B();", "Enter A B", "Enter A Exit B")]
    [InlineData("lock (s) { if (c) return; A(); } B();", "Enter", "Enter A B", "Enter A Exit B", "Enter Exit")]
    public void Handlers(string statements, params string[] paths) => Check(statements, paths);

    [Theory]
    [InlineData("Action f = () => A(); B(); f();", "B Invoke")]
    [InlineData("void F() { A(); } B(); F();", "B F")]
    [InlineData("fixed (Node* x = nodes) { A(); } B();", "A B")]
    [InlineData("int* x = stackalloc int[3]; if (x == null) A(); B();", "B")]
    [InlineData("if (!c) throw new Exception(); if (c) A(); else B();", "A")]
    [InlineData("bool e; if (c) e = true; else e = false; if (e) A(); if (c) B();", "", "A B")]
    [InlineData("var (x, y) = (c, d); if (x) A(); if (c) B();", "", "A B")]
    public void Places(string statements, params string[] paths) =>
        Check(statements, [.. paths.Select(path => path.Replace(" Invoke", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

    [Fact]
    public void An_async_method_waits() =>
        Assert.Equal(["A await B"], TraceDomain.Paths(Snippet.Safe("async Task Test() { A(); await Task.Yield(); B(); } static extern void A(); static extern void B();")));

    [Fact]
    public void An_iterator_goes_on_behind_its_yield() => Assert.Equal(
        ["A", "A B"],
        TraceDomain.Paths(Snippet.Members("IEnumerable<int> Test(bool c) { A(); yield return 1; if (c) yield break; B(); } static extern void A(); static extern void B();")));

    [Fact]
    public void Past_the_bound_states_are_joined_and_no_path_is_lost()
    {
        Snippet snippet = Snippet.Statements(ManyConditions(10) + "if (c) A(); else B();" + Again(10) + Asked);
        var domain = new TraceDomain();
        var solver = new Solver(snippet.Graph(), domain, snippet.Program, CancellationToken.None);

        List<PathState> exits = solver.Run(new PathState(domain.Initial));

        Assert.False(solver.GaveUp);
        Assert.InRange(exits.Distinct().Count(), 2, 4 * BlockStates.MaxCount);
        Assert.Equal([TraceState.Joined, "A"], exits.Select(exit => ((TraceState)exit.Domain).Trace).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_body_that_is_too_much_is_given_up()
    {
        string ifs = string.Concat(Enumerable.Range(0, 6000).Select(_ => "if (Ask()) n++;\n"));
        Snippet snippet = Snippet.Statements(ManyConditions(4) + ifs + Again(4) + Asked);
        var domain = new TraceDomain();
        var solver = new Solver(snippet.Graph(), domain, snippet.Program, CancellationToken.None);

        solver.Run(new PathState(domain.Initial));

        Assert.True(solver.GaveUp);
    }

    private const string Asked = "static bool Ask() => false;";

    // Flags that are set on one path and tested later, so that each of their values is a path of its own.
    private static string ManyConditions(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"bool b{i} = false; if (Ask()) b{i} = true;\n"));

    private static string Again(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"if (b{i}) n++;\n"));

    [Fact]
    public void A_cancelled_run_ends()
    {
        Snippet snippet = Snippet.Statements("A();");
        var solver = new Solver(snippet.Graph(), new TraceDomain(), snippet.Program, new CancellationToken(canceled: true));

        Assert.Throws<OperationCanceledException>(() => solver.Run(new PathState(new TraceState(""))));
    }

    [Theory]
    [InlineData("A();", "A return")]
    [InlineData("if (c) return; A();", "A return", "return")]
    [InlineData("if (c) throw new Exception(); A();", "A return", "throw")]
    [InlineData("try { A(); throw new Exception(); } finally { B(); }", "A B throw")]
    [InlineData("try { if (c) return; A(); } finally { B(); }", "A B return", "B return")]
    [InlineData("try { try { throw new Exception(); } finally { A(); } } finally { B(); }", "A B throw")]
    [InlineData("try { throw new Exception(); } catch { A(); }", "A return")]
    [InlineData("try { A(); } catch { B(); throw; } finally { C(); }", "A C return", "B C throw")]
    [InlineData("try { A(); } finally { if (c) throw new Exception(); }", "A return", "A throw")]
    [InlineData("_ = s ?? throw new Exception(); A();", "A return", "throw")]
    [InlineData("while (true) { A(); }")]
    public void Ends(string statements, params string[] ends) => Assert.Equal(ends, TraceDomain.Ends(Snippet.Statements(statements)));

    private static void Check(string statements, string[] paths)
    {
        Assert.Equal(paths, TraceDomain.Paths(Snippet.Statements(statements)));
    }
}
