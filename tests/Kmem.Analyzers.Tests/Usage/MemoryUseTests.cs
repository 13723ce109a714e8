using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Usage;

/// <summary>KMEM4004 and 4006 to 4009.</summary>
public class MemoryUseTests
{
    [Theory]
    [InlineData("byte* p = (byte*){|KMEM4004:kmalloc(size, GFP_KERNEL)|}; if (p == null) return; memset(p, 0, size); kfree(p);")]
    [InlineData("void* p = {|KMEM4004:kmalloc(64, GFP_KERNEL)|}; if (p == null) return; memset(p, 0, 64); kfree(p);")]
    [InlineData("var p = (ring*){|KMEM4004:kmalloc((nuint)sizeof(ring), GFP_ATOMIC)|}; if (p == null) return; memset(p, 0, (nuint)sizeof(ring)); kfree(p);")]
    [InlineData("void* p; p = {|KMEM4004:kmalloc(size, GFP_KERNEL)|}; if (p == null) return; memset(p, 0, size); kfree(p);")]
    [InlineData("void* p = {|KMEM4004:kmalloc(size, GFP_KERNEL)|}; if (p != null) { memset(p, 0, size); kfree(p); }")]
    [InlineData("void* p = {|KMEM4004:vmalloc(size)|}; if (p == null) return; memset(p, 0, size); vfree(p);")]
    [InlineData("void* p = {|KMEM4004:NativeMemory.Alloc(size)|}; NativeMemory.Clear(p, size); NativeMemory.Free(p);")]
    [InlineData("void* p = {|KMEM4004:NativeMemory.Alloc(64)|}; System.Runtime.CompilerServices.Unsafe.InitBlock(p, 0, 64); NativeMemory.Free(p);")]
    [InlineData("void* p = {|KMEM4004:kmalloc(size, flags)|}; if (p == null) return; memset(p, 0, size); kfree(p);")]
    public Task Memory_that_is_cleared_at_once_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("void* p = n > 64 ? kmalloc(size, GFP_KERNEL) : dev.buf; if (p == null) return; memset(p, 0, size);")]
    [InlineData("void* p = kzalloc(size, GFP_KERNEL); if (p == null) return; memset(p, 0, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; memset(p, 0xff, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; memset(p, 0, size / 2); kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(size, GFP_KERNEL); if (p == null) return; p[0] = 1; memset(p, 0, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; if (condition) { memset(p, 0, size); } kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; printk(\"\"); memset(p, 0, size); kfree(p);")]
    [InlineData("void* p = kmalloc_array(4, 8, GFP_KERNEL); if (p == null) return; memset(p, 0, 32); kfree(p);")]
    [InlineData("memset(buffer, 0, size);")]
    public Task Other_memory_is_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL | __GFP_HIGHMEM, 2); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_pages(p, 2);")]
    [InlineData("page* p = alloc_pages_node(0, GFP_HIGHUSER, 0); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = alloc_page(flags | __GFP_HIGHMEM); if (p == null) return; page* q = p; void* a = page_address({|KMEM4006:q|}); __free_page(p);")]
    [InlineData("gfp_t f = GFP_HIGHUSER; page* p = alloc_page(f); if (p != null) { void* a = page_address(page: {|KMEM4006:p|}); __free_page(p); }")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; void* a = Address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) goto no; void* a = page_address({|KMEM4006:p|}); __free_page(p); no: return;")]
    [InlineData("for (int i = 0; i < n; i++) { page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p); }")]
    [InlineData("page* p = High(); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = Highest(); if (p == null) return; void* a = Address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = WithFlags(GFP_HIGHUSER); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p);")]
    [InlineData("page* p = WithFlags(flags | __GFP_HIGHMEM); if (p == null) return; if (condition) { void* a = page_address({|KMEM4006:p|}); } __free_page(p);")]
    [InlineData("page* p = HighOrSpare(dev); if (p == null) return; void* a = page_address({|KMEM4006:p|});")]
    [InlineData("page* p = HighOrLow(true); if (p == null) return; void* a = page_address({|KMEM4006:p|}); __free_page(p);")]
    public Task The_address_of_a_high_page_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("page* p = alloc_page(GFP_KERNEL); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = alloc_page(flags); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER & ~__GFP_HIGHMEM); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; void* a = PageHighMem(p) ? kmap(p) : page_address(p);")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; void* a = kmap(p); kunmap(p); __free_page(p);")]
    [InlineData("page* p = alloc_page(condition ? GFP_HIGHUSER : GFP_KERNEL); if (p == null) return; if (!condition) { void* a = page_address(p); } __free_page(p);")]
    [InlineData("page* p = alloc_page(GFP_HIGHUSER); if (p == null) return; p = virt_to_page(buffer); void* a = page_address(p);")]
    [InlineData("void* a = page_address(virt_to_page(buffer));")]
    [InlineData("page* p = WithFlags(GFP_KERNEL); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = WithFlags(flags); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = HighOrLow(false); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = HighOrLow(condition); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = HighOrOther(condition); if (p == null) return; void* a = page_address(p);")]
    [InlineData("page* p = Checked(); if (p == null) return; void* a = page_address(p); __free_page(p);")]
    [InlineData("page* p = High(); if (p == null) return; void* a = PageHighMem(p) ? kmap(p) : page_address(p);")]
    public Task The_address_of_other_pages_is_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { var r = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|}; kfree(r); }")]
    [InlineData("while (condition) { var r = (ring*){|KMEM4007:kzalloc((nuint)sizeof(ring), GFP_KERNEL)|}; if (r == null) return; r->head = 1; kfree(r); }")]
    [InlineData("foreach (var x in new int[3]) { ring* r = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|}; if (r != null) kfree(r); }")]
    [InlineData("do { var r = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_ATOMIC)|}; if (r == null) break; kfree(r); } while (n-- > 0);")]
    public Task Objects_that_come_and_go_in_a_loop_are_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("var r = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); kfree(r);")]
    [InlineData("for (int i = 0; i < n; i++) { void* r = kmalloc((nuint)n, GFP_KERNEL); kfree(r); }")]
    [InlineData("for (int i = 0; i < n; i++) { void* r = kmalloc(sizeof(long), GFP_KERNEL); kfree(r); }")]
    [InlineData("var r = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); for (int i = 0; i < n; i++) { if (i == 3) { kfree(r); break; } }")]
    [InlineData("for (int i = 0; i < n; i++) { var r = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); if (r == null) return; if (condition) { kfree(r); return; } r->next = dev.ring; dev.ring = r; }")]
    [InlineData("for (int i = 0; i < n; i++) { var r = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); if (r == null) return; if (condition) { kfree(r); goto failed; } r->next = dev.ring; dev.ring = r; } failed: return;")]
    [InlineData("for (int i = 0; i < n; i++) { dev.ring = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); }")]
    [InlineData("for (int i = 0; i < n; i++) { void* p = NativeMemory.Alloc((nuint)sizeof(ring)); NativeMemory.Free(p); }")]
    public Task Other_objects_are_not(string statements) => InMethodAsync(statements);

    [Fact]
    public Task Handlers_are_as_good_as_loops() => Verify.MembersAsync(
        "[AtomicContext] void Handle() { var r = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_ATOMIC)|}; kfree(r); }");

    [Theory]
    [InlineData("byte* p = (byte*)kmalloc(size, GFP_KERNEL); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); kfree(p);")]
    [InlineData("var p = (gap*)kmalloc((nuint)sizeof(gap), GFP_KERNEL); if (p == null) return; p->A = 1; p->B = 2; copy_to_user(buffer, {|KMEM4008:p|}, (nuint)sizeof(gap)); kfree(p);")]
    [InlineData("var p = (point*)kmalloc((nuint)sizeof(point), GFP_KERNEL); if (p == null) return; p->X = 1; copy_to_user(buffer, {|KMEM4008:p|}, (nuint)sizeof(point)); kfree(p);")]
    [InlineData("nuint p = __get_free_page(GFP_KERNEL); if (p == 0) return; copy_to_user(buffer, {|KMEM4008:(void*)p|}, 4096); free_page(p);")]
    [InlineData("void* p = vmalloc(size); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); vfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL), q = p; if (p == null) return; copy_to_user(buffer, {|KMEM4008:q|}, size); kfree(p);")]
    [InlineData("for (int i = 0; i < n; i++) { void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); kfree(p); }")]
    [InlineData("void* p = kmalloc_array(4, 8, GFP_KERNEL); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, 32); kfree(p);")]
    [InlineData("void* p = Old(size); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); kfree(p);")]
    [InlineData("void* p = Older(size); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); kfree(p);")]
    [InlineData("void* p = OldWith(size, GFP_KERNEL); if (p == null) return; copy_to_user(buffer, {|KMEM4008:p|}, size); kfree(p);")]
    [InlineData("point* p = (point*)Old((nuint)sizeof(point)); if (p == null) return; p->X = 1; copy_to_user(buffer, {|KMEM4008:p|}, (nuint)sizeof(point)); kfree(p);")]
    public Task Memory_that_was_not_written_in_full_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("void* p = kzalloc(size, GFP_KERNEL); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL | __GFP_ZERO); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; memset(p, 0xff, size); copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; Read(p, size); copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(size, GFP_KERNEL); if (p == null) return; for (nuint i = 0; i < size; i++) p[i] = 1; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("var p = (point*)kmalloc((nuint)sizeof(point), GFP_KERNEL); if (p == null) return; p->X = 1; p->Y = 2; copy_to_user(buffer, p, (nuint)sizeof(point)); kfree(p);")]
    [InlineData("var p = (gap*)kmalloc((nuint)sizeof(gap), GFP_KERNEL); if (p == null) return; *p = default; copy_to_user(buffer, p, (nuint)sizeof(gap)); kfree(p);")]
    [InlineData("dev.buf = (byte*)kmalloc(size, GFP_KERNEL); if (dev.buf == null) return; Fill(dev); copy_to_user(buffer, dev.buf, size);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; if (copy_from_user(p, buffer, size) == 0) copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = OldWith(size, GFP_KERNEL | __GFP_ZERO); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = OldWith(size, flags); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = Cleared(size); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = Copied(buffer, size); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = ClearedOrOld(size, condition); if (p == null) return; copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("point* p = Started(); if (p == null) return; p->Y = 2; copy_to_user(buffer, p, (nuint)sizeof(point)); kfree(p);")]
    [InlineData("void* p = Old(size); if (p == null) return; memset(p, 0, size); copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = Old(size); if (p == null) return; Read(p, size); copy_to_user(buffer, p, size); kfree(p);")]
    [InlineData("void* p = OldOrOther(size, condition); if (p == null) return; copy_to_user(buffer, p, size);")]
    public Task Memory_that_was_written_is_not(string statements) => InMethodAsync(statements);

    [Fact]
    public Task The_story_goes_through_helpers_to_the_allocator() => Verify.MembersAsync(
        """
        static void* Old(nuint size) => {|#2:kmalloc(size, GFP_KERNEL)|};
        static void Test(void* buffer)
        {
            void* p = {|#1:Old(8)|};
            if (p == null)
                return;
            copy_to_user(buffer, {|#0:p|}, 8);
            kfree(p);
        }
        """,
        Verify.Report("KMEM4008").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'p' from 'Old' was neither zeroed nor written in full: 'copy_to_user' discloses what was in it before"));

    [Theory]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p != null) memcpy(p, buffer, size); kfree(p);")]
    [InlineData("byte* p = (byte*){|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p == null) return; memcpy(p, buffer, size); kfree(p);")]
    [InlineData("void* p = {|KMEM4009:kmalloc(16, GFP_ATOMIC)|}; if (p == null) return; memcpy(p, dev.buf, 16); kfree(p);")]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p != null) { memcpy(p, buffer, size); kfree(p); }")]
    [InlineData("var p = (ring*){|KMEM4009:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|}; if (p == null) return; memcpy(p, dev.ring, (nuint)sizeof(ring)); kfree(p);")]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p is null) return; memcpy(p, buffer, size); kfree(p);")]
    [InlineData("for (int i = 0; i < n; i++) { void* p = {|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p == null) break; memcpy(p, buffer, size); kfree(p); }")]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, GFP_KERNEL)|}; if (p == null) goto done; memcpy(p, buffer, size); kfree(p); done: return;")]
    [InlineData("if (condition) { void* p = {|KMEM4009:kmalloc(size, GFP_NOIO)|}; if (null == p) return; memcpy(p, (byte*)buffer + 1, size); kfree(p); }")]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, flags)|}; if (p == null) return; memcpy(p, buffer, size); kfree(p);")]
    [InlineData("void* p = {|KMEM4009:kmalloc(size, dev.flags)|}; if (p == null) return; memcpy(p, buffer, size); kfree(p);")]
    public Task Memory_that_is_filled_by_one_copy_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("void* p = kmemdup(buffer, size, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; memcpy(p, buffer, size - 1); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; printk(\"\"); memcpy(p, buffer, size); kfree(p);")]
    [InlineData("void* p = kzalloc(size, GFP_KERNEL); if (p == null) return; memcpy(p, buffer, size); kfree(p);")]
    [InlineData("void* p = kmalloc(size, GFP_KERNEL); if (p == null) return; memcpy(buffer, p, size); kfree(p);")]
    [InlineData("void* p = vmalloc(size); if (p == null) return; memcpy(p, buffer, size); vfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(size, GFP_KERNEL); if (p == null) return; *p = 1; memcpy(p, buffer, size); kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(size + 1, GFP_KERNEL); if (p == null) return; memcpy(p, buffer, size); p[size] = 0; kfree(p);")]
    public Task Other_copies_are_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("void* p = {|KMEM4004:kmalloc(size, GFP_KERNEL)|}; if (p == null) return; memset(p, 0, size); {|CS0103:missing|}(p); kfree(p);")]
    [InlineData("void* p = {|KMEM4004:kmalloc(size, GFP_KERNEL)|}; if (p == null) return; memset(p, 0, size); kfree(p); if (n > 0) Test(dev, size, buffer, condition, n - 1, flags);")]
    public Task Broken_and_recursive_code_is_analysed(string statements) => InMethodAsync(statements);

    private static Task InMethodAsync(string statements) => Verify.MembersAsync("""
        struct point { public int X, Y; }
        struct gap { public byte A; public long B; }
        static void* Address(page* page) => page_address(page);
        static extern void Read(void* to, nuint size);
        static extern void Fill(device dev);
        static page* High() => alloc_page(GFP_HIGHUSER);
        static page* Highest() { page* p = High(); if (p == null) return null; return p; }
        static page* WithFlags(gfp_t f) => alloc_pages(f, 0);
        static page* HighOrLow(bool high) => high ? alloc_page(GFP_HIGHUSER) : alloc_page(GFP_KERNEL);
        static page* HighOrSpare(device dev) => dev.ring != null ? (page*)dev.ring : alloc_page(GFP_HIGHUSER);
        static page* Checked() { page* p = alloc_page(GFP_HIGHUSER); if (p != null && PageHighMem(p)) { __free_page(p); return null; } return p; }
        static void* Old(nuint size) => kmalloc(size, GFP_KERNEL);
        static void* Older(nuint size) { if (size == 0) return null; void* p = Old(size); return p; }
        static void* OldWith(nuint size, gfp_t f) => kmalloc(size, f | __GFP_NOWARN);
        static void* Cleared(nuint size) { void* p = kmalloc(size, GFP_KERNEL); if (p == null) return null; p = Wipe(p, size); return p; }
        static void* Wipe(void* p, nuint size) { memset(p, 0, size); return p; }
        static void* Copied(void* from, nuint size) { byte* p = (byte*)kmalloc(size + 1, GFP_KERNEL); if (p == null) return null; memcpy(p, from, size); return p; }
        static void* ClearedOrOld(nuint size, bool clear) => clear ? kzalloc(size, GFP_KERNEL) : kmalloc(size, GFP_KERNEL);
        static point* Started() { point* p = (point*)kmalloc((nuint)sizeof(point), GFP_KERNEL); if (p != null) p->X = 1; return p; }
        static void* OldOrOther(nuint size, bool other) => other ? Other() : kmalloc(size, GFP_KERNEL);
        static page* HighOrOther(bool other) => other ? (page*)Other() : alloc_page(GFP_HIGHUSER);
        static extern void* Other();
        """ + "\nvoid Test(device dev, nuint size, void* buffer, bool condition, int n, gfp_t flags)\n{\n" + statements + "\n}");

    [Fact]
    public Task A_function_that_does_both_in_one_is_not_told_to_call_itself() => Verify.CompleteSourcesAsync("""
        static unsafe class Heap
        {
            [return: Allocates("heap")] public static extern void* Take([AllocationSize] nuint size);

            [return: Allocates("heap", Zeroed = true)]
            public static void* TakeZeroed([AllocationSize] nuint size)
            {
                void* p = Take(size);
                if (p != null)
                    memset(p, 0, size);
                return p;
            }

            public static void Give([Frees("heap")] void* p) { }

            static void Use()
            {
                void* p = {|KMEM4004:Take(8)|};
                if (p != null)
                    memset(p, 0, 8);
                Give(p);
            }
        }
        """);
}
