using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A callee that keeps what it gets, and says by its result whether it has: where it has not, the memory is still the caller's.</summary>
public class KeptOnSuccessTests
{
    private const string Callees = """
        struct slots { public byte* one; public byte** all; public int count, most; }
        interface IQueue { bool TryAdd(nint p); }
        static IQueue queue = null!;
        static byte* kept;
        static byte* New() => (byte*)kmalloc(16, GFP_KERNEL);
        static int Put(slots* s, byte* b) { if (s->count >= s->most) return -EBUSY; s->all[s->count++] = b; return 0; }
        static int PutAndCount(slots* s, byte* b) { int e = Put(s, b); if (e != 0) return e; s->most++; return 0; }
        static bool Set(slots* s, byte* b) { if (s->one != null) return false; s->one = b; return true; }
        static bool IsFull(slots* s, byte* b) { if (s->one != null) return true; kept = b; return false; }
        static void SetIfFree(slots* s, byte* b) { if (s->one == null) s->one = b; }
        static int SetOrNot(slots* s, byte* b) { if (s->count == 0) return 0; s->one = b; return 0; }
        static int SetOrCount(slots* s, byte* b) { if (s->count == 0) return s->most; s->one = b; return 0; }
        static int SetOnce(slots* s, byte* b) { if (s->one == b) return 1; if (s->one != null) return -EBUSY; s->one = b; return 0; }
        static int SetOrFree(slots* s, byte* b) { if (s->one != null) { kfree(b); return -EBUSY; } s->one = b; return 0; }
        static int SetAndUndo(slots* s, byte* b) { s->one = b; if (s->count > 3) { s->one = null; return -EBUSY; } return 0; }
        static bool Hand(byte* b) => queue.TryAdd((nint)b);

        """;

    [Theory]
    [InlineData("int e = Put(s, b); if (e != 0) {|KMEM2005:return|} e; return 0;")]
    [InlineData("int e = Put(s, b); if (e < 0) {|KMEM2005:return|} e; return 0;")]
    [InlineData("if (Put(s, b) != 0) { printk(\"full\"); {|KMEM2005:return|} -1; } return 0;")]
    [InlineData("int e = PutAndCount(s, b); if (e < 0) goto fail; return 0; fail: {|KMEM2005:return|} e;")]
    [InlineData("{|KMEM2005:return|} Put(s, b);")]
    [InlineData("if (!Set(s, b)) {|KMEM2005:return|} -EBUSY; return 0;")]
    [InlineData("bool set = Set(s, b); if (set) return 0; {|KMEM2005:return|} -EBUSY;")]
    [InlineData("if (IsFull(s, b)) {|KMEM2005:return|} -EBUSY; return 0;")]
    [InlineData("for (int i = 0; i < 4; i++) { byte* c = New(); if (c == null) break; if (!Set(s, c)) { kfree(b); {|KMEM2005:return|} -EBUSY; } } kfree(b); return 0;")]
    public Task It_was_not_kept_and_is_lost(string statements) => Verify.CompleteAsync(Test(statements));

    [Theory]
    [InlineData("int e = Put(s, b); if (e != 0) { kfree(b); return e; } return 0;")]
    [InlineData("int e = Put(s, b); if (e < 0) goto fail; return 0; fail: kfree(b); return e;")]
    [InlineData("int e = PutAndCount(s, b); if (e == 0) return 0; kfree(b); return e;")]
    [InlineData("while (Put(s, b) != 0) s->most++; return 0;")]
    [InlineData("BUG_ON(Put(s, b) != 0); return 0;")]
    [InlineData("Put(s, b); return 0;")]
    [InlineData("bool set = Set(s, b); if (set) s->count++; else kfree(b); return 0;")]
    [InlineData("if (Set(s, b)) return 0; kept = b; return 0;")]
    [InlineData("if (IsFull(s, b)) kfree(b); return 0;")]
    [InlineData("SetIfFree(s, b); return 0;")]
    [InlineData("if (SetOrNot(s, b) != 0) return -1; return 0;")]
    [InlineData("int e = SetOrCount(s, b); if (e != 0) return e; return 0;")]
    [InlineData("int e = SetOnce(s, b); if (e < 0) { kfree(b); return e; } return 0;")]
    [InlineData("return SetOrFree(s, b);")]
    [InlineData("int e = SetAndUndo(s, b); if (e != 0) return e; return 0;")]
    [InlineData("if (!Hand(b)) return -EBUSY; return 0;")]
    public Task It_was_kept_or_released_or_nobody_knows(string statements) => Verify.CompleteAsync(Test(statements));

    private static string Test(string statements) => Callees + "static int Test(slots* s) { byte* b = New(); if (b == null) return -ENOMEM; " + statements + " }";
}
