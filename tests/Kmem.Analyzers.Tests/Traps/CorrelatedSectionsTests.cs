using Kmem.Analyzers.Tests.Support;
using System.Text;
using Xunit;

namespace Kmem.Analyzers.Tests.Traps;

/// <summary>
/// Every rule about sections in every shape in which correct code decides more than once what it does, or leaves what it has entered.
/// Each shape is written twice for each rule: with what it does in the right place, which no rule may report, and in the wrong one.
/// </summary>
public class CorrelatedSectionsTests
{
    private const string Members = """
        static readonly int* s_hits = null; readonly bool _on; bool IsOn => _on; static bool Is(int n) => n > 3; static bool Same(bool b) => b;
        [DoesNotReturn] static void Die() => throw new Exception(); [HoldsSpinlock("lk")] static void Locked() { }

        """;

    /// <summary>What a rule is about: how its section is entered and left, and what is wrong inside of it, or outside.</summary>
    private sealed record Defect(string Rule, string Before, string Enter, string Leave, string Otherwise, string Wrong, bool IsWrongOutside = false);

    private static readonly Defect[] Defects =
    [
        new("KMEM1001", "", "spin_lock(ref lk);", "spin_unlock(ref lk);", "", "kfree(kmalloc(8, {|KMEM1001:GFP_KERNEL|}));"),
        new("KMEM1002", "", "spin_lock_irqsave(ref lk, out irq);", "spin_unlock_irqrestore(ref lk, irq);", "", "{|KMEM1002:msleep(1)|};"),
        new("KMEM1003", "", "cpu = get_cpu();", "put_cpu();", "", "{|KMEM1003:msleep((uint)cpu)|};"),
        new("KMEM1004", "", "preempt_disable();", "preempt_enable();", "", "if (other) {|KMEM1004:return|};"),
        new("KMEM1006", "", "spin_lock(ref lk);", "spin_unlock(ref lk);", "", "{|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk);"),
        new("KMEM1007", "int* hits = get_cpu_ptr(s_hits);", "put_cpu_ptr(s_hits);", "", "put_cpu_ptr(s_hits);", "*{|KMEM1007:hits|} = 1;"),
        new("KMEM1008", "", "rcu_read_lock();", "rcu_read_unlock();", "", "printk(\"\" + {|KMEM1008:smp_processor_id()|});", IsWrongOutside: true),
        new("KMEM1009", "", "spin_lock(ref lk);", "spin_unlock(ref lk);", "", "{|KMEM1009:Locked()|};", IsWrongOutside: true),
        new("KMEM1012", "msleep(1);", "spin_lock(ref lk);", "spin_unlock(ref lk);", "", "kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|}));", IsWrongOutside: true),
        new("KMEM2010", "", "kmap(page);", "kunmap(page);", "", "if (other) {|KMEM2010:return|};"),
    ];

    /// <summary>What is done where the section was entered stands at <c>@in</c>, what is done where it was not at <c>@out</c>.</summary>
    public static TheoryData<string> Conditions { get; } = new()
    {
        "if (condition) { @enter } if (condition) { @in } else { @out } if (condition) { @leave } else { @otherwise }",
        "if (_on) { @enter } printk(\"x\"); if (_on) { @in } else { @out } if (_on) { @leave } else { @otherwise }",
        "bool on = _on; if (on) { @enter } if (_on) { @in } else { @out } if (on) { @leave } else { @otherwise }",
        "bool c = condition; if (c) { @enter } if (condition) { @in } else { @out } if (c) { @leave } else { @otherwise }",
        "bool both = condition && n > 3; if (both) { @enter } if (both) { @in } else { @out } if (condition && n > 3) { @leave } else { @otherwise }",
        "bool any = condition || n > 3; if (any) { @enter } if (any) { @in } else { @out } if (!any) { @otherwise } else { @leave }",
        "bool not = !condition; if (!not) { @enter } if (condition) { @in } if (not) { @out } if (condition) { @leave } else { @otherwise }",
        "int depth = 0; if (condition) { @enter depth++; } if (depth > 0) { @in } else { @out } if (depth > 0) { depth--; @leave } else { @otherwise }",
        "bool held = false; if (n > 4) { @enter held = true; } if (held) { @in } else { @out } if (held) { @leave } else { @otherwise }",
        "if (n == 3) { @enter } if (n != 3) { @out } else { @in } if (n == 3) { @leave } else { @otherwise }",
        "if (n > 3) { @enter } if (n < 2) { @out } if (n > 5) { @in } if (n > 3) { @leave } else { @otherwise }",
        "if ((n & 4) != 0) { @enter } if ((n & 4) == 0) { @out } else { @in } if ((n & 4) != 0) { @leave } else { @otherwise }",
        "switch (n) { case 1: case 2: @enter break; } switch (n) { case 1: case 2: @in break; default: @out break; } if (n is 1 or 2) { @leave } else { @otherwise }",
        "if (o != null) { @enter } if (o is null) { @out } else { @in } if (o is not null) { @leave } else { @otherwise }",
        "if (o is string) { @enter } if (o is string s) { @in } else { @out } if (o is string) { @leave } else { @otherwise }",
        "if (!condition) goto out_; @enter @in @leave return; out_: @out @otherwise ;",
        "if (!condition) { @out @otherwise return; } @enter @in @leave",
        "for (int i = 0; i < n; i++) { if (condition) { @enter } if (condition) { @in } else { @out } if (condition) { @leave } else { @otherwise break; } }",
        "bool c = condition ? n > 3 : n > 5; if (c) { @enter } if (c) { @in } else { @out } if (c) { @leave } else { @otherwise }",
        "bool c = n switch { 1 => true, 2 => condition, _ => false }; if (c) { @enter } if (c) { @in } else { @out } if (c) { @leave } else { @otherwise }",
        "if (IsOn) { @enter } if (IsOn) { @in } else { @out } if (IsOn) { @leave } else { @otherwise }",
        "if (Is(n)) { @enter } if (Is(n)) { @in } else { @out } if (Is(n)) { @leave } else { @otherwise }",
        "bool c = Same(condition); if (c) { @enter } if (condition) { @in } else { @out } if (c) { @leave } else { @otherwise }",
        "BUG_ON(!condition && n > 3); if (condition) { @enter } if (n > 3) { @in } if (!condition) { @out } if (condition) { @leave } else { @otherwise }",
        "if (condition) { @enter } else { @out @otherwise Die(); } @in @leave",
        "if (condition == other2) { @enter } if (condition == other2) { @in } else { @out } if (condition == other2) { @leave } else { @otherwise }",
        "int mode = condition ? 1 : 0; if (mode == 1) { @enter } if (mode != 0) { @in } else { @out } if (mode == 1) { @leave } else { @otherwise }",
        "object? held = null; if (condition) { @enter held = this; } if (held != null) { @in } else { @out } if (held != null) { @leave } else { @otherwise }",
        "bool held = false; try { if (condition) { @enter held = true; } if (held) { @in } else { @out } } finally { if (held) { @leave } else { @otherwise } }",
        "if (condition && n > 3) { @enter } if (condition && n > 3) { @in } else { @out } if (condition && n > 3) { @leave } else { @otherwise }",
        "if (flags == GFP_ATOMIC) { @enter } if (flags == GFP_ATOMIC) { @in } else { @out } if (flags != GFP_ATOMIC) { @otherwise } else { @leave }",
        "var self = this; if (self._on) { @enter } if (_on) { @in } else { @out } if (_on) { @leave } else { @otherwise }",
        "bool? c = condition; if (c == true) { @enter } if (c == true) { @in } else { @out } if (c == true) { @leave } else { @otherwise }",
        "bool On() => condition; if (On()) { @enter } if (On()) { @in } else { @out } if (On()) { @leave } else { @otherwise }",
        "if (condition && n > 3 || other2) { @enter } if (condition && n > 3 || other2) { @in } else { @out } if (condition && n > 3 || other2) { @leave } else { @otherwise }",
        "do { if (condition) { @enter } if (!condition) { @out } else { @in } if (condition) { @leave } else { @otherwise break; } } while (n-- > 0);",
        "if (data.Length > 0) { @enter } if (data.Length > 0) { @in } else { @out } if (data.Length > 0) { @leave } else { @otherwise }",
        "bool c = condition; if (n > 9) c = false; if (c) { @enter } if (c) { @in } else { @out } if (c) { @leave } else { @otherwise }",
        "bool c = condition; c &= n > 9; if (c) { @enter } if (c) { @in } else { @out } if (c) { @leave } else { @otherwise }",
    };

    /// <summary>The section is open at <c>@in</c>, and left at <c>@out</c>, whichever way the code takes.</summary>
    public static TheoryData<string> Releases { get; } = new()
    {
        "try { @enter @in } finally { @leave } @out",
        "@enter try { @in } finally { @leave } @out",
        "@enter try { n++; } catch (Exception) { @leave throw; } @in @leave @out",
        "@enter if (condition) goto undo; @in undo: @leave @out",
        "@enter if (condition) goto undo; @in goto undo; undo: @leave @out",
        "again: @enter if (condition) { @leave goto again; } @in @leave @out",
        "Enter(); @in Leave(); @out void Enter() { @enter } void Leave() { @leave }",
        "Action enter = () => { @enter }; Action leave = () => { @leave }; enter(); @in leave(); @out",
        "for (int i = 0; i < n; i++) { @enter @in @leave @out }",
        "foreach (int i in data) { @enter if (i == 3) { @leave continue; } @in @leave @out }",
        "@enter while (n-- > 0) { @in if (n == 3) break; } @leave @out",
        "@enter while (true) { @in if (condition) break; } @leave @out",
        "@enter @in switch (n) { case 1: @leave break; case 2: case 3: @leave break; default: @leave break; } @out",
        "@enter @in if (condition) { @leave } else { n++; @leave } @out",
        "@enter if (condition) { @leave return; } @in @leave @out",
        "@enter if (condition) { @leave throw new Exception(); } @in @leave @out",
        "if (condition) Die(); @enter if (n > 3) Die(); @in @leave @out",
        "@enter if (n > 3) { BUG(); } @in @leave @out",
        "@enter @leave @enter @in @leave @out",
        "@enter while (n-- > 0) { @leave @out @enter } @in @leave",
        "@enter int r = n switch { 1 => 2, _ => 3 }; @in @leave @out",
        "{ @enter { @in } @leave } @out",
        "checked { @enter n += 1; @in @leave } @out",
        "@enter if (o is null) { @leave return; } printk(o.ToString()!); @in @leave @out",
        "@enter o?.ToString(); @in @leave @out",
        "ref spinlock_t l = ref lk; @enter @in @leave @out",
    };

    [Theory]
    [InlineData("n = kind switch { kind.a => 1, kind.b => 2 };")]
    [InlineData("n = n switch { 1 => 3, 2 => 1 };")]
    [InlineData("n = all switch { [] => 0, [var one] => one, [_, .. var rest] => rest.Length };")]
    [InlineData("n = text switch { \"a\" => 1, { Length: > 3 } => 2 };")]
    public Task Some_arm_of_a_switch_expression_fits(string statement) => Verify.CompleteAsync(
        "enum kind { a, b }\nvoid Test(kind kind, int n, int[] all, string text) { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; spin_lock(ref lk); " + statement + " spin_unlock(ref lk); kfree(p); }");

    [Fact]
    public Task An_arm_that_throws_leaves_open_what_is_open() => Verify.MembersAsync("""
        enum kind { a, b }
        int Test(kind kind) { spin_lock(ref lk); int n = kind switch { kind.a => 1, _ => {|KMEM1004:throw|} new Exception() }; spin_unlock(ref lk); return n; }
        """);

    [Theory]
    [InlineData("if (some is { } v) { spin_lock(ref lk); n += v; } if (some != null) spin_unlock(ref lk);")]
    [InlineData("if (some.HasValue) spin_lock(ref lk); if (some is int v) { n += v; spin_unlock(ref lk); }")]
    [InlineData("if (some is int v) { spin_lock(ref lk); n += v; } if (some is not null) spin_unlock(ref lk);")]
    [InlineData("if (text is string t) { spin_lock(ref lk); n += t.Length; } if (text != null) spin_unlock(ref lk);")]
    [InlineData("if (text is { } t) { spin_lock(ref lk); n += t.Length; } if (text is string) spin_unlock(ref lk);")]
    [InlineData("int? got = condition ? 0 : null; if (condition) spin_lock(ref lk); if (got != null) spin_unlock(ref lk);")]
    [InlineData("int? got = null; if (condition) { spin_lock(ref lk); got = 0; } if (got is { } v) { n += v; spin_unlock(ref lk); }")]
    [InlineData("int? got = null; if (condition) { spin_lock(ref lk); got = n; } if (got.HasValue) { n += got.Value; spin_unlock(ref lk); }")]
    [InlineData("if (n is { } always) spin_lock(ref lk); n = always; if (n is int) spin_unlock(ref lk);")]
    [InlineData("if (n % 8 != m % 8) spin_lock(ref Pick(n)); m++; if (n % 8 != m % 8) spin_unlock(ref Pick(n));")]
    public Task Whether_a_value_is_there_is_one_question(string statements) => Verify.MembersAsync(
        "static readonly spinlock_t[] s_locks = new spinlock_t[8]; static ref spinlock_t Pick(int n) => ref s_locks[n % 8];\nvoid Test(bool condition, int n, int m, int? some, string? text) { " + statements + " }");

    [Theory]
    [MemberData(nameof(Conditions))]
    public Task What_is_tested_again_goes_as_it_went(string shape) => Verify.MembersAsync(InEveryRule(shape, defect =>
        !(IsLoop(shape) && defect.Rule == "KMEM1007") && !(LeavesInFinally(shape) && IsAboutTheEnd(defect))));

    [Theory]
    [MemberData(nameof(Releases))]
    public Task What_is_left_is_over(string shape) => Verify.MembersAsync(InEveryRule(shape, defect =>
        defect.Rule != "KMEM1007" && !(LeavesInFinally(shape) && IsAboutTheEnd(defect))));

    private static string InEveryRule(string shape, Func<Defect, bool> isMeant)
    {
        var members = new StringBuilder(Members);
        foreach (Defect defect in Defects.Where(isMeant))
        {
            string allowed = defect.Wrong.Replace("{|" + defect.Rule + ":", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);
            members.AppendLine(Method("Right" + defect.Rule, defect, defect.IsWrongOutside ? Fill(shape, allowed, "") : Fill(shape, "", allowed)));
            members.AppendLine(Method("Wrong" + defect.Rule, defect, defect.IsWrongOutside ? Fill(shape, "", defect.Wrong) : Fill(shape, defect.Wrong, "")));
        }

        return members.ToString();
    }

    private static string Fill(string shape, string inside, string outside) =>
        shape.Replace("@in", inside, StringComparison.Ordinal).Replace("@out", outside, StringComparison.Ordinal);

    private static string Method(string name, Defect defect, string shape) =>
        $"void {name}(bool condition, bool other, bool other2, int n, object? o, gfp_t flags, page* page, int[] data) {{ nuint irq = 0; int cpu = 0; {defect.Before} "
        + shape.Replace("@enter", defect.Enter, StringComparison.Ordinal)
            .Replace("@leave", defect.Leave, StringComparison.Ordinal)
            .Replace("@otherwise", defect.Otherwise, StringComparison.Ordinal) + " }";

    // A pointer whose section is left in one round is left for all.
    private static bool IsLoop(string shape) => shape.StartsWith("for ", StringComparison.Ordinal) || shape.StartsWith("do ", StringComparison.Ordinal);

    // A way out runs the finally, and leaves the section by it.
    private static bool LeavesInFinally(string shape) => shape.Contains("finally", StringComparison.Ordinal);

    private static bool IsAboutTheEnd(Defect defect) => defect.Rule is "KMEM1004" or "KMEM2010";
}
