using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>What checkers of C look for between an allocation and its release.</summary>
public class OwnershipPatternTests
{
    [Fact]
    public Task A_pointer_is_moved_before_it_is_freed() => Verify.CompleteAsync("""
        void F(nuint n) { byte* p = (byte*)kmalloc(n, GFP_KERNEL); if (p == null) return; *p = 1; p += 2; kfree({|KMEM2006:p|}); }
        """);

    [Fact]
    public Task Another_pointer_is_moved() => Verify.CompleteAsync("""
        void F(nuint n) { byte* p = (byte*)kmalloc(16, GFP_KERNEL); if (p == null) return; byte* q = p; while (n-- > 0) *q++ = 0; kfree(p); }
        """);

    [Fact]
    public Task Two_conditions_that_overlap_free_twice() => Verify.CompleteAsync("""
        void F(int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 1) kfree(p); if (n > 2) kfree({|KMEM2003:p|}); else if (n < 2) kfree(p); }
        """);

    [Fact]
    public Task A_callee_that_consumes_its_argument() => Verify.CompleteAsync("""
        static void Consume(byte* p) { p[0] = 0; kfree(p); }
        int F() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return 0; Consume(p); return {|KMEM2004:p|}[0]; }
        """);

    [Fact]
    public Task A_callee_that_consumes_its_argument_if_it_says_so() => Verify.CompleteAsync("""
        static bool TryConsume(byte* p, bool take) { if (!take) return false; kfree(p); return true; }
        int F(bool take) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return 0; if (TryConsume(p, take)) return 1; p[0] = 1; kfree(p); return 0; }
        """);

    [Fact]
    public Task What_a_callee_did_not_consume_is_forgotten() => Verify.CompleteAsync("""
        static bool TryConsume(byte* p, bool take) { if (!take) return false; kfree(p); return true; }
        int F(bool take) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return 0; if (TryConsume(p, take)) return 1; p[0] = 1; {|KMEM2005:return|} 0; }
        """);

    [Fact]
    public Task Memory_in_a_static_is_nobodys_to_free_here() => Verify.CompleteAsync("""
        static byte* s_global;
        void F() { s_global = (byte*)kmalloc(8, GFP_KERNEL); if (s_global == null) return; s_global[0] = 1; }
        """);

    [Fact]
    public Task Each_round_overwrites_what_the_last_one_allocated() => Verify.CompleteAsync("""
        void F(int n)
        {
            byte* p = null;
            for (int i = 0; i < n; i++)
                {|KMEM2005:p = (byte*)kmalloc(8, GFP_KERNEL)|};
            kfree(p);
        }
        """);

    [Fact]
    public Task An_alias_frees_what_the_first_name_held() => Verify.CompleteAsync("""
        void F() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); byte* alias = p; if (alias == null) return; alias[1] = 2; p = null; kfree(alias); }
        """);

    [Fact]
    public Task Stack_memory_in_place_of_a_small_allocation() => Verify.CompleteAsync("""
        void F(int n) { byte* local = stackalloc byte[16]; byte* p = n > 16 ? (byte*)kmalloc((nuint)n, GFP_KERNEL) : local; if (p == null) return; p[0] = 1; if (n > 16) kfree(p); }
        """);

    [Fact]
    public Task Stack_memory_is_freed_as_if_it_were_the_large_allocation() => Verify.MembersAsync("""
        void F(int n) { byte* local = stackalloc byte[16]; byte* p = n > 16 ? (byte*)kmalloc((nuint)n, GFP_KERNEL) : local; kfree({|KMEM2006:p|}); }
        """);

    [Fact]
    public Task Memory_that_could_not_be_resized_is_freed() => Verify.CompleteAsync("""
        void F() { void* p = kmalloc(8, GFP_KERNEL); void* q = krealloc(p, 16, GFP_KERNEL); if (q != null) { kfree(q); } else { kfree(p); } }
        """);

    [Fact]
    public Task Memory_that_could_not_be_resized_is_forgotten() => Verify.CompleteAsync("""
        void F() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; void* q = krealloc(p, 16, GFP_KERNEL); kfree(q); {|KMEM2005:}|}
        """);

    [Fact]
    public Task Memory_is_used_under_its_old_name_after_it_was_resized() => Verify.MembersAsync("""
        int F() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return 0; byte* q = (byte*)krealloc(p, 16, GFP_KERNEL); if (q == null) { kfree(p); return 0; } int r = {|KMEM2004:p|}[0]; kfree(q); return r; }
        """);

    [Fact]
    public Task A_struct_with_the_pointer_in_it_is_given_away() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        extern static void keep(holder h);
        void F() { holder h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); keep(h); }
        """);

    [Fact]
    public Task A_struct_with_the_pointer_in_it_goes_out_of_scope() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        int F() { holder h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); if (h.p == null) return -ENOMEM; h.p[0] = 1; h.n = h.p[0]; {|KMEM2005:return|} h.n; }
        """);

    [Fact]
    public Task A_struct_with_the_pointer_in_it_is_cleaned_up_by_its_own_function() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        static void Fini(ref holder h) { kfree(h.p); h.p = null; }
        int F() { holder h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); if (h.p == null) return -ENOMEM; h.n = h.p[0]; Fini(ref h); return h.n; }
        """);

    [Fact]
    public Task A_struct_is_filled_through_an_out_parameter() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        static int Init(out holder h) { h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); return h.p == null ? -ENOMEM : 0; }
        int F() { int e = Init(out holder h); if (e != 0) return e; h.p[0] = 1; kfree(h.p); return 0; }
        """);

    [Fact]
    public Task A_struct_that_was_filled_through_an_out_parameter_is_forgotten_on_an_error() => Verify.CompleteAsync("""
        struct holder { public byte* p; public int n; }
        static int Init(out holder h) { h = default; h.p = (byte*)kmalloc(8, GFP_KERNEL); return h.p == null ? -ENOMEM : 0; }
        int F(int n) { int e = Init(out holder h); if (e != 0) return e; h.p[0] = 1; if (n > 1) {|KMEM2005:return|} -EINVAL; kfree(h.p); return 0; }
        """);

    [Fact]
    public Task Aligned_release_of_what_was_not_aligned() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices;
        static unsafe class C {
          static void F(int n) { void* p = NativeMemory.Alloc((nuint)n); if (n > 3) { NativeMemory.AlignedFree({|KMEM2002:p|}); return; } NativeMemory.Free(p); }
        }
        """);

    [Fact]
    public Task Freed_memory_is_only_compared() => Verify.CompleteAsync("""
        static byte* s_last;
        void F(byte* p) { bool same = p == s_last; kfree(p); if (p == s_last) s_last = null; if (same) printk("x"); }
        """);

    [Fact]
    public Task What_was_set_to_null_is_freed_again() => Verify.CompleteAsync("""
        void F(device[] devs) { foreach (device d in devs) { kfree(d.buf); d.buf = null; } foreach (device d in devs) kfree(d.buf); }
        """);

    [Fact]
    public Task One_case_of_a_switch_reads_what_it_has_freed() => Verify.CompleteAsync("""
        int F(int n)
        {
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null) return -ENOMEM;
            int r = 0;
            switch (n)
            {
                case 0: kfree(p); break;
                case 1: r = p[0]; kfree(p); break;
                default: kfree(p); r = {|KMEM2004:p|}[1]; break;
            }
            return r;
        }
        """);

    [Fact]
    public Task A_conditional_expression_returns_freed_memory_on_no_path() => Verify.CompleteAsync("""
        byte* F(bool b) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return null; if (b) { kfree(p); } return b ? null : p; }
        """);

    [Fact]
    public Task A_path_returns_what_it_has_freed() => Verify.CompleteAsync("""
        byte* F(bool b) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return null; if (b) { kfree(p); } return {|KMEM2004:p|}; }
        """);

    [Fact]
    public Task Memory_is_returned_in_a_tuple() => Verify.CompleteAsync("""
        (nint, int) F() { nint p = Marshal.AllocHGlobal(8); Marshal.WriteByte(p, 1); return (p, 3); }
        """);

    [Fact]
    public Task A_lambda_frees_what_it_has_captured() => Verify.CompleteAsync("""
        void F() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); Action free = () => kfree(p); free(); }
        """);

    [Fact]
    public Task A_local_function_frees_what_it_has_captured() => Verify.CompleteAsync("""
        int F()
        {
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null) return 0;
            int n = p[0];
            Free();
            return n;
            void Free() => kfree(p);
        }
        """);

    [Fact]
    public Task One_exit_frees_what_may_be_null() => Verify.CompleteAsync("""
        int F(int n)
        {
            int err = -ENOMEM;
            byte* a = null, b = null, c = null;
            a = (byte*)kmalloc(8, GFP_KERNEL); if (a == null) goto done;
            b = (byte*)kmalloc(8, GFP_KERNEL); if (b == null) goto done;
            c = (byte*)kmalloc(8, GFP_KERNEL); if (c == null) goto done;
            a[0] = b[0] = c[0] = 1;
            err = 0;
        done:
            kfree(c); kfree(b); kfree(a);
            return err;
        }
        """);

    [Fact]
    public Task One_exit_forgets_one_of_three() => Verify.CompleteAsync("""
        int F(int n)
        {
            int err = -ENOMEM;
            byte* a = null, b = null, c = null;
            a = (byte*)kmalloc(8, GFP_KERNEL); if (a == null) goto done;
            b = (byte*)kmalloc(8, GFP_KERNEL); if (b == null) goto done;
            c = (byte*)kmalloc(8, GFP_KERNEL); if (c == null) goto done;
            a[0] = b[0] = c[0] = 1;
            err = 0;
        done:
            kfree(c); kfree(a);
            {|KMEM2005:return|} err;
        }
        """);

    [Fact]
    public Task A_status_says_whether_there_is_memory() => Verify.CompleteAsync("""
        static void* Get(nuint n, out int error) { void* p = kmalloc(n, GFP_KERNEL); error = p == null ? -ENOMEM : 0; return p; }
        int F() { byte* p = (byte*)Get(8, out int error); if (error != 0) return error; *p = 1; kfree(p); return 0; }
        """);

    [Fact]
    public Task A_status_is_not_looked_at() => Verify.CompleteAsync("""
        static void* Get(nuint n, out int error) { void* p = kmalloc(n, GFP_KERNEL); error = p == null ? -ENOMEM : 0; return p; }
        int F() { byte* p = (byte*)Get(8, out int error); *{|KMEM2001:p|} = 1; kfree(p); return 0; }
        """);

    [Fact]
    public Task A_generic_helper_throws_where_there_is_no_memory() => Verify.CompleteAsync("""
        static T* Must<T>(T* p) where T : unmanaged { if (p == null) throw new OutOfMemoryException(); return p; }
        int F() { byte* p = Must((byte*)kmalloc(8, GFP_KERNEL)); *p = 1; kfree(p); return 0; }
        """);

    [Fact]
    public Task A_pattern_asks_for_null() => Verify.CompleteAsync("""
        int F() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p is null) return -1; *p = 1; kfree(p); return 0; }
        """);

    [Fact]
    public Task A_chain_of_conditions_asks_first() => Verify.CompleteAsync("""
        int F(int n) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p != null && n > 0 && p[0] > 3) n = p[1]; kfree(p); return n; }
        """);

    [Fact]
    public Task A_chain_of_conditions_asks_the_wrong_way_round() => Verify.CompleteAsync("""
        int F(int n) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p != null || {|KMEM2001:p|}[0] > 3) n = 1; kfree(p); return n; }
        """);

    [Fact]
    public Task A_loop_waits_until_there_is_memory() => Verify.CompleteAsync("""
        byte F() { byte* p; while ((p = (byte*)kzalloc(8, GFP_KERNEL)) == null) msleep(1); byte b = *p; kfree(p); return b; }
        """);
}
