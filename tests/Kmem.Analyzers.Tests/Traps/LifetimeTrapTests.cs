using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Traps;

/// <summary>What must not be reported, for each lifetime rule: every trap beside its twin, the same shape with the defect really in it.</summary>
public class LifetimeTrapTests
{
    /// <summary>Ways to look at a pointer <c>p</c>, and to leave where it is null.</summary>
    private static readonly string[] Checks =
    [
        "if (p == null) return;",
        "if (null == p) return;",
        "if (p is null) return;",
        "if (!(p != null)) return;",
        "if (p is not null) { } else return;",
        "if (p == default) return;",
        "if ((nuint)p == 0) return;",
        "switch ((nuint)p) { case 0: return; }",
        "bool none = p == null; if (none) return;",
        "if (p == null || n < 0) { kfree(p); return; }",
        "if (p == null) goto end; goto go; end: return; go:",
        "if (Missing(p)) return;",
        "if (!IsThere(p)) return;",
        "BUG_ON(p == null);",
        "System.Diagnostics.Debug.Assert(p != null);",
        "ArgumentNullException.ThrowIfNull(p);",
        "Need(p);",
        "if (p == null) throw new OutOfMemoryException();",
        "while (p == null) p = (byte*)kzalloc(8, GFP_KERNEL);",
        "int there = p != null ? 1 : 0; if (there == 0) return;",
    ];

    public static TheoryData<string> ChecksOfNull => [.. Checks];

    [Theory]
    [MemberData(nameof(ChecksOfNull))]
    public Task A_check_is_one_for_uses_and_for_leaks(string check) => Verify.CompleteAsync($$"""
        static bool Missing(byte* p) => p == null;
        static bool IsThere(byte* p) { if (p == null) return false; return true; }
        static void Need(byte* p) { if (p == null) throw new OutOfMemoryException(); }
        void Used(int n) { byte* p = (byte*)kzalloc(8, GFP_KERNEL); {{check}} *p = 1; kfree(p); }
        void UsedBefore(int n) { byte* p = (byte*)kzalloc(8, GFP_KERNEL); *{|KMEM2001:p|} = 1; {{check}} kfree(p); }
        void Lost(int n) { byte* p = (byte*)kzalloc(8, GFP_KERNEL); {{check}} *p = 1; if (n == 7) {|KMEM2005:return|}; kfree(p); }
        """);

    /// <summary>Conditions that are the same at both places, what has to stand in front of them, and the opposite.</summary>
    private static readonly (string Front, string Condition, string Opposite)[] Conditions =
    [
        ("", "c", "!c"),
        ("", "!c", "c"),
        ("", "_fixed", "!_fixed"),
        ("", "n > 3", "n <= 3"),
        ("", "o is null", "o is not null"),
        ("bool big = n > 3;", "big", "!big"),
        ("bool both = c && n > 3;", "both", "!both"),
        ("bool copy = _fixed;", "copy", "!copy"),
        ("int mode = c ? 1 : 2;", "mode == 1", "mode != 1"),
        ("bool taken = spin_trylock(ref lk); if (taken) spin_unlock(ref lk);", "taken", "!taken"),
        ("int depth = 0; if (c) depth++;", "depth > 0", "depth == 0"),
    ];

    /// <summary>A rule, statements that are right if <c>$C</c> is the same wherever it stands and <c>$N</c> its opposite, and the same with two of them exchanged.</summary>
    public static TheoryData<string, string, string> Correlated { get; } = new()
    {
        { "KMEM2001", "byte* p = (byte*)kzalloc(8, GFP_KERNEL); if ($C) { if (p == null) return; } if ($C) *p = 1; kfree(p);", "byte* p = (byte*)kzalloc(8, GFP_KERNEL); if ($C) { if (p == null) return; } if ($N) *{|KMEM2001:p|} = 1; kfree(p);" },
        { "KMEM2002", "void* p = $C ? vmalloc(8) : kmalloc(8, GFP_KERNEL); if ($C) vfree(p); else kfree(p);", "void* p = $C ? vmalloc(8) : kmalloc(8, GFP_KERNEL); if ($N) vfree({|KMEM2002:p|}); else kfree({|KMEM2002:p|});" },
        { "KMEM2003", "void* p = kmalloc(8, GFP_KERNEL); if ($C) kfree(p); if ($N) kfree(p);", "void* p = kmalloc(8, GFP_KERNEL); if ($C) kfree(p); if ($C) kfree({|KMEM2003:p|}); if ($N) kfree(p);" },
        { "KMEM2004", "byte* p = (byte*)kzalloc(8, GFP_KERNEL | __GFP_NOFAIL); if ($C) kfree(p); if ($N) { *p = 1; kfree(p); }", "byte* p = (byte*)kzalloc(8, GFP_KERNEL | __GFP_NOFAIL); if ($C) kfree(p); if ($C) { *{|KMEM2004:p|} = 1; } if ($N) kfree(p);" },
        { "KMEM2005", "void* p = null; if ($C) p = kmalloc(8, GFP_KERNEL); if ($C) kfree(p);", "void* p = null; if ($C) p = kmalloc(8, GFP_KERNEL); if ($N) kfree(p); {|KMEM2005:return|};" },
        { "KMEM2006", "byte* s = stackalloc byte[8]; byte* p = $C ? (byte*)kmalloc(8, GFP_KERNEL) : s; if ($C) kfree(p);", "byte* s = stackalloc byte[8]; byte* p = $C ? (byte*)kmalloc(8, GFP_KERNEL) : s; if ($C) kfree(p); if ($N) kfree({|KMEM2006:p|});" },
        { "KMEM2007", "uint k = $C ? 1u : 2u; page* p = alloc_pages(GFP_KERNEL | __GFP_NOFAIL, k); if ($C) __free_pages(p, 1); else __free_pages(p, 2);", "uint k = $C ? 1u : 2u; page* p = alloc_pages(GFP_KERNEL | __GFP_NOFAIL, k); if ($N) __free_pages(p, {|KMEM2007:1|}); else __free_pages(p, {|KMEM2007:2|});" },
        { "KMEM2008", "var k = $C ? a : b; void* p = kmem_cache_alloc(k, GFP_KERNEL | __GFP_NOFAIL); if ($C) kmem_cache_free(a, p); else kmem_cache_free(b, p);", "var k = $C ? a : b; void* p = kmem_cache_alloc(k, GFP_KERNEL | __GFP_NOFAIL); if ($N) kmem_cache_free({|KMEM2008:a|}, p); else kmem_cache_free({|KMEM2008:b|}, p);" },
        { "KMEM2009", "void* p = null; if ($N) p = kmalloc(8, GFP_KERNEL); if ($C) p = krealloc(p, 16, GFP_KERNEL); kfree(p);", "void* p = null; if ($C) p = kmalloc(8, GFP_KERNEL); if ($C) {|KMEM2009:p = krealloc(p, 16, GFP_KERNEL)|}; kfree(p);" },
        { "KMEM2010", "if ($C) kmap(page); printk(\"\"); if ($C) kunmap(page);", "kmap(page); if ($C) {|KMEM2010:return|}; kunmap(page);" },
        { "KMEM2012", "nint p = 0; if ($C) p = Marshal.AllocHGlobal(8); if ($N) Work(); if ($C) Marshal.FreeHGlobal(p);", "nint p = 0; if ($C) p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; if ($C) Work(); if ($C) Marshal.FreeHGlobal(p);" },
    };

    [Theory]
    [MemberData(nameof(Correlated))]
    public Task Conditions_that_hang_together_are_one(string rule, string right, string wrong)
    {
        Assert.Contains(rule, wrong, StringComparison.Ordinal);
        const string Helpers = "readonly bool _fixed; static void Work() { if (System.IO.File.Exists(\"x\")) throw new System.IO.IOException(); }\n";
        return Verify.CompleteAsync(Helpers + string.Concat(Conditions.SelectMany((each, i) => new[] { Method($"Right{i}", each, right), Method($"Wrong{i}", each, wrong) })));

        static string Method(string name, (string Front, string Condition, string Opposite) condition, string statements) =>
            $"void {name}(bool c, int n, object? o, page* page, kmem_cache a, kmem_cache b)\n{{\n{condition.Front} "
            + statements.Replace("$C", condition.Condition, StringComparison.Ordinal).Replace("$N", condition.Opposite, StringComparison.Ordinal) + "\n}\n";
    }

    /// <summary>An allocation that is kept in <c>p</c>, and its release.</summary>
    private static readonly (string Type, string Allocation, string Release)[] Families =
    [
        ("void*", "kmalloc(8, GFP_KERNEL)", "kfree(p);"),
        ("void*", "vmalloc(8)", "vfree(p);"),
        ("nuint", "__get_free_pages(GFP_KERNEL, 1)", "free_pages(p, 1);"),
        ("void*", "mempool_alloc(pool, GFP_KERNEL)", "mempool_free(p, pool);"),
        ("void*", "NativeMemory.Alloc(8)", "NativeMemory.Free(p);"),
        ("nint", "Marshal.StringToBSTR(\"x\")", "Marshal.FreeBSTR(p);"),
    ];

    /// <summary>Ways to come to the release <c>$R</c>; <c>$2</c>: where it may be released again; <c>$1return</c>: the exit where the memory is lost without the first release.</summary>
    public static TheoryData<string> Releases { get; } =
    [
        "if (n > 3) goto free; n++; free: $R $2 $1return;",
        "if (n > 3) { n++; goto free; } if (n < 0) goto free; free: $R $2 $1return;",
        "try { n++; } finally { $R } $2 $1return;",
        "switch (n) { case 1: n = 2; break; case 2: n = 3; break; default: break; } $R $2 $1return;",
        "for (int i = 0; i < n; i++) { if (i == 3) break; } $R $2 $1return;",
        "do { $R } while (false); $2 $1return;",
        "{ var q = p; p = default; if (q != default) { p = q; } } $R $2 $1return;",
        "if (n > 3) { $R $2 $1return; } else { $R } return;",
        "void Drop() { n++; } Drop(); $R $2 $1return;",
        "Look(n); $R $2 $1return;",
        "lock (m) { n++; } $R $2 $1return;",
        "using (new System.IO.StringReader(\"\")) { n++; } $R $2 $1return;",
    ];

    [Theory]
    [MemberData(nameof(Releases))]
    public Task Every_way_to_a_release_is_one(string way)
    {
        return Verify.CompleteAsync("static void Look(int n) { }\n" + string.Concat(Families.SelectMany((each, i) => new[]
        {
            Method($"Right{i}", each, way.Replace("$R", each.Release, StringComparison.Ordinal), "", "return"),
            Method($"Lost{i}", each, WithoutFirst(way, each.Release), "", "{|KMEM2005:return|}"),
            Method($"Twice{i}", each, way.Replace("$R", each.Release, StringComparison.Ordinal), Marked(each.Release), "return"),
        })));

        static string Method(string name, (string Type, string Allocation, string Release) family, string body, string again, string exit) =>
            $"void {name}(int n, mempool_t pool)\n{{\n{family.Type} p = {family.Allocation}; "
            + body.Replace("$2", again, StringComparison.Ordinal).Replace("$1return", exit, StringComparison.Ordinal) + "\n}\n";

        static string WithoutFirst(string way, string release)
        {
            int first = way.IndexOf("$R", StringComparison.Ordinal);
            return way[..first] + way[(first + 2)..].Replace("$R", release, StringComparison.Ordinal);
        }

        static string Marked(string release) => release.Replace("(p", "({|KMEM2003:p|}", StringComparison.Ordinal);
    }

    /// <summary>Ways to hand memory <c>p</c> on.</summary>
    public static TheoryData<string> Moves { get; } =
    [
        "d.buf = p;",
        "d.ring->buf = p;",
        "s_kept = p;",
        "_kept = p;",
        "to = p;",
        "*place = p;",
        "list.Add((nint)p);",
        "array[0] = (nint)p;",
        "give(p);",
        "unknown(p);",
        "Keep(p);",
        "Action later = () => kfree(p); s_later = later;",
        "new Guard(p);",
        "kfree_rcu(p);",
        "byte* q = p; s_kept = q;",
        "s_kept = p + 8;",
        "Interlocked.Exchange(ref s_number, (nint)p);",
        "(s_pair, n) = ((nint)p, 1);",
    ];

    [Theory]
    [MemberData(nameof(Moves))]
    public Task What_is_handed_on_is_not_lost(string move) => Verify.CompleteAsync($$"""
        static byte* s_kept; byte* _kept; static Action? s_later; static nint s_number, s_pair;
        [DllImport("x")] static extern void give([TakesOwnership] byte* p);
        [DllImport("x")] static extern void unknown(byte* p);
        static void Keep(byte* p) => s_kept = p;
        sealed class Guard(byte* p) { public byte* P = p; }
        void Moved(device d, List<nint> list, nint[] array, byte** place, out byte* to, int n) { to = null; byte* p = (byte*)kzalloc(8, GFP_KERNEL | __GFP_NOFAIL); *p = 1; {{move}} }
        void MovedOnOnePath(device d, List<nint> list, nint[] array, byte** place, out byte* to, int n) { to = null; byte* p = (byte*)kzalloc(8, GFP_KERNEL | __GFP_NOFAIL); if (n > 3) {|#0:return|}; *p = 1; {{move}} }
        """.Replace("{|#0:return|}", move.Contains("=>", StringComparison.Ordinal) ? "{ kfree(p); return; }" : "{|KMEM2005:return|}", StringComparison.Ordinal));

    [Fact]
    public Task Generated_code_is_nobodys_to_mend() => Verify.CompleteSourcesAsync(
    [
        """
        // <auto-generated/>
        unsafe class Generated
        {
            static void Twice() { void* p = kmalloc(8, GFP_KERNEL); kfree(p); kfree(p); }
            static void Lost() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); *p = 1; }
            static void Other() { void* p = vmalloc(8); kfree(p); }
        }
        """,
        """
        unsafe class Written
        {
            static void Twice() { void* p = kmalloc(8, GFP_KERNEL); kfree(p); kfree({|KMEM2003:p|}); }
        }
        """,
    ]);
}
