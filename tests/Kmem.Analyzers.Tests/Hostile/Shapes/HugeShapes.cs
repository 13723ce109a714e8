using System.Text;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Code of a size that programs write.</summary>
internal static class HugeShapes
{
    public static IEnumerable<Shape> All =>
    [
        Method("5000 statements", Repeat(5_000, i => $"p = (byte*)kmalloc({i}, GFP_ATOMIC); if (p != null) {{ *p = 1; kfree(p); }}\n")),
        Method("40 allocations in a row", Repeat(40, i => $"void* q{i} = kmalloc({i}, GFP_KERNEL);\n") + Repeat(40, i => $"kfree(q{i}); ")),
        Method("40 tries of locks in a row", Repeat(40, i => $"bool b{i} = spin_trylock(ref {(i % 2 == 0 ? "lk" : "d.lk")}); ") + "msleep(1); " + Repeat(40, i => $"if (b{i}) spin_unlock(ref lk); ")),
        Method("2000 calls under a lock", $"spin_lock(ref lk); {Repeat(2_000, i => $"msleep({i}); ")} spin_unlock(ref lk);"),
        Method("500 ifs in each other", $"{Repeat(500, i => $"if (n > {i}) {{ spin_lock(ref lk); ")} msleep(1); {Repeat(500, _ => "spin_unlock(ref lk); } else { kfree(p); } ")}"),
        Method("500 ifs behind each other", Repeat(500, i => $"if (n > {i}) spin_lock(ref lk); else if (n == {-i}) msleep(1); ")),
        Method("64 conditions that matter to each other", $"{Flags(64)} {Repeat(64, i => $"if (c{i}) spin_lock(ref lk); ")} msleep(1); {Repeat(64, i => $"if (c{i}) spin_unlock(ref lk); ")}"),
        Method("a switch of 300 arms", $"switch (n) {{ {Repeat(300, i => $"case {i}: spin_lock(ref lk); p = (byte*)kmalloc({i}, GFP_ATOMIC); goto case {(i * 7 + 1) % 300}; ")} default: msleep(1); break; }}"),
        Method("a switch expression of 300 arms", $"var f = n switch {{ {Repeat(300, i => $"{i} => GFP_KERNEL | (gfp_t){i}, ")} _ => GFP_ATOMIC }}; p = (byte*)kmalloc(1, f); *p = 1;"),
        Method("60 loops in each other", $"{Repeat(60, i => $"for (int i{i} = 0; i{i} < n; i{i}++) {{ spin_lock(ref lk); if (n == {i}) break; if (n == -{i + 1}) continue; ")} msleep(1); {Repeat(60, _ => "spin_unlock(ref lk); } ")}"),
        Method("60 try blocks in each other", $"{Repeat(60, i => $"try {{ if (n == {i}) return; spin_lock(ref lk); ")} msleep(1); {Repeat(60, i => $"}} finally {{ if (n > {i}) spin_unlock(ref lk); kfree(p); }} ")}"),
        Method("200 try blocks behind each other", Repeat(200, i => $"try {{ p = (byte*)kmalloc(1, GFP_KERNEL); if (n == {i}) return; *p = 1; }} catch (InvalidOperationException) {{ msleep(1); }} finally {{ kfree(p); }} ")),
        Method("300 labels", Repeat(300, i => $"l{i}: if (n == {i}) goto l{(i * 7 + 3) % 300}; if (n == -{i + 1}) goto l{(i * 11 + 5) % 300}; spin_lock(ref lk); ")),
        Method("1000 pointers that are copies", $"byte* p0 = (byte*)kmalloc(1, GFP_KERNEL); {Repeat(1_000, i => $"byte* p{i + 1} = n > {i} ? p{i} : p{i / 2}; ")} *p1000 = 1; kfree(p1000); kfree(p0);"),
        Method("1000 flags put together", $"gfp_t f0 = GFP_KERNEL; {Repeat(1_000, i => $"gfp_t f{i + 1} = n > {i} ? f{i} | __GFP_IO : f{i} & ~__GFP_WAIT; ")} kmalloc(1, f1000);"),
        Method("a sum of 2000 parts", $"n = {Repeat(2_000, i => $"{i} + n * ")} 1; p = (byte*)kmalloc((nuint)({Repeat(1_500, _ => "n + ")} 1), GFP_KERNEL);"),
        Method("a condition of 1000 parts", $"if ({Repeat(1_000, i => i % 2 == 0 ? $"n == {i} || " : $"p != null && ")} in_atomic()) msleep(1); else *p = 1;"),
        Method("200 parentheses and casts", $"p = {Repeat(200, _ => "(byte*)(void*)(")} kmalloc(1, GFP_KERNEL) {Repeat(200, _ => ")")}; *p = 1;"),
        Method("200 conditions in conditions", $"p = (byte*)({Repeat(200, i => $"n == {i} ? kmalloc({i}, GFP_KERNEL) : ")} null); *p = 1;"),
        Method("300 questions of null", $"d = d{Repeat(300, _ => "?.parent")}; d = {Repeat(300, _ => "d ?? ")} d; spin_lock(ref d{Repeat(300, _ => ".parent")}.lk); msleep(1);"),
        Method("500 dereferences", $"byte**p9 = (byte**)p; *{Repeat(500, _ => "*(byte**)")}p9 = 1; d.ring{Repeat(500, _ => "->next")}->buf = p;"),
        Method("20 lambdas in each other", $"{Repeat(20, _ => "call_in_place(() => { spin_lock(ref lk); ")} msleep(1); {Repeat(20, _ => "spin_unlock(ref lk); }); ")}"),
        Method("60 local functions in each other", $"{Repeat(60, i => $"void L{i}() {{ spin_lock(ref lk); ")} msleep(1); {Repeat(60, i => $"}} L{59 - i}(); spin_unlock(ref lk); ")}"),
        Method("500 local functions", $"{Repeat(500, i => $"void L{i}() {{ L{(i + 1) % 500}(); msleep({i}); }} ")} spin_lock(ref lk); L0(); L499();"),
        Method("an array of 5000 pointers", $"nint[] all = {{ {Repeat(5_000, i => $"(nint)kmalloc({i}, GFP_KERNEL), ")} }}; kfree((void*)all[3]);"),
        new("a chain of 200 calls", Chain(200)),
        new("a chain of 5000 calls", Chain(5_000)),
        new("40 methods that all call each other", Members(Repeat(40, i => $"void M{i}(int n) {{ spin_lock(ref lk); {Repeat(40, j => $"M{j}(n - 1); ")} if (n == {i}) msleep(1); spin_unlock(ref lk); }}\n"))),
        new("a tree of calls, 2 to the 16th paths", Members(Repeat(16, i => $"void M{i}() {{ if (n > {i}) M{i + 1}(); else M{i + 1}(); M{i + 1}(); }}\n") + "int n; void M16() { msleep(1); } void Use() { spin_lock(ref lk); M0(); spin_unlock(ref lk); }")),
        new("memory through 300 helpers", Members(Repeat(300, i => $"void* T{i}(gfp_t f) => T{i + 1}(f | (gfp_t){i}); void D{i}(void* p) {{ if (p != null) D{i + 1}(p); }}\n") + "void* T300(gfp_t f) => kmalloc(1, f); void D300(void* p) => kfree(p); void Use() { spin_lock(ref lk); var p = (int*)T0(0); *p = 1; D0(p); vfree(p); }")),
        new("2000 methods of one type", Members(Repeat(2_000, i => $"void M{i}(byte* p) {{ spin_lock(ref lk); p = (byte*)kmalloc({i}, GFP_KERNEL); *p = 1; M{i * 13 % 2_000}(p); spin_unlock(ref lk); kfree(p); }}\n"))),
        new("a method of 500 parameters", Members($"void M({string.Join(", ", Enumerable.Range(0, 500).Select(i => $"[Frees(\"kmalloc\")] void* p{i}"))}) {{ {Repeat(500, i => $"kfree(p{i}); ")} }} void Use(void* p) {{ M({string.Join(", ", Enumerable.Repeat("p", 500))}); }}")),
        new("100 types in each other", $"{Repeat(100, i => $"unsafe class C{i} {{ spinlock_t lk; void M() {{ spin_lock(ref lk); msleep(1); }} ")} {Repeat(100, _ => "} ")}"),
        new("a hierarchy of 200 overrides", "abstract class B0 { [NeverSleeps] public abstract void M([GfpFlags] gfp_t f); } " + Repeat(200, i => $"class B{i + 1} : B{i} {{ public override void M(gfp_t f) {{ {(i == 0 ? "msleep(1);" : "base.M(f);")} }} }}\n") + "class U { spinlock_t lk; void M(B200 b) { spin_lock(ref lk); b.M(GFP_KERNEL); } }"),
    ];

    private static Shape Method(string name, string body) => new(name, Members($"void M(int n, byte* p, device d)\n{{\n{body}\n}}\n"));

    private static string Members(string members) => $"unsafe class C\n{{\nspinlock_t lk;\n{members}\n}}\n";

    private static string Chain(int length) => Members(
        Repeat(length, i => $"void M{i}(gfp_t f) {{ M{i + 1}(f); }}\n") + $"void M{length}(gfp_t f) {{ kmalloc(1, f); }} void Use() {{ spin_lock(ref lk); M0(GFP_KERNEL); spin_unlock(ref lk); }}");

    private static string Flags(int count) => Repeat(count, i => $"bool c{i} = (n & 1 << {i % 31}) != {i}; ");

    private static string Repeat(int count, Func<int, string> part) =>
        Enumerable.Range(0, count).Aggregate(new StringBuilder(), (text, index) => text.Append(part(index))).ToString();
}
