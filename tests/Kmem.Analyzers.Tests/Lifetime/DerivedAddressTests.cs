using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>The address of a page, the page of an address: other names of the same memory.</summary>
public class DerivedAddressTests
{
    [Fact]
    public Task The_address_of_pages_is_given_away() => Verify.CompleteAsync("""
        extern static void use(void* p);
        void* Returned() { page* p = alloc_pages(GFP_KERNEL, 1); return p == null ? null : page_address(p); }
        void Stored(device dev) { page* p = alloc_page(GFP_KERNEL); if (p == null) return; dev.buf = (byte*)page_address(p); }
        void Passed() { page* p = alloc_page(GFP_KERNEL); if (p == null) return; use(page_address(p)); }
        void* Mapped() { page* p = alloc_page(GFP_HIGHUSER); return p == null ? null : kmap(p); }
        ulong Physical() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); return p == null ? 0 : virt_to_phys(p); }
        nuint Frame() { page* p = alloc_page(GFP_KERNEL); return p == null ? 0 : page_to_pfn(p); }
        page* Page() { nuint a = __get_free_page(GFP_KERNEL); return a == 0 ? null : virt_to_page((void*)a); }
        """);

    [Fact]
    public Task Pages_are_freed_through_their_address_and_addresses_through_their_page() => Verify.CompleteAsync("""
        int A() { page* p = alloc_pages(GFP_KERNEL, 1); if (p == null) return -ENOMEM; free_pages((nuint)page_address(p), 1); return 0; }
        int B() { nuint a = __get_free_pages(GFP_KERNEL, 1); if (a == 0) return -ENOMEM; __free_pages(virt_to_page((void*)a), 1); return 0; }
        """);

    [Fact]
    public Task An_address_that_is_only_used_keeps_nothing() => Verify.CompleteAsync("""
        int A()
        {
            page* p = alloc_pages(GFP_KERNEL, 1);
            if (p == null)
                return -ENOMEM;
            byte* a = (byte*)page_address(p);
            if (a == null)
                {|KMEM2005:return|} -EINVAL;
            a[0] = 1;
            __free_pages(p, 1);
            return 0;
        }
        """);

    [Fact]
    public Task A_helper_gives_the_address_of_pages_that_it_allocates() => Verify.CompleteAsync("""
        static void* Get() { page* p = alloc_pages(GFP_KERNEL, 1); return p == null ? null : page_address(p); }
        void Freed() { void* a = Get(); free_pages((nuint)a, 1); }
        int Checked() { byte* a = (byte*)Get(); if (a == null) return -ENOMEM; a[0] = 1; free_pages((nuint)a, 1); return 0; }
        void Unchecked() { byte* a = (byte*)Get(); {|KMEM2001:a|}[0] = 1; free_pages((nuint)a, 1); }
        int Lost() { byte* a = (byte*){|KMEM2005:Get()|}; if (a == null) return -ENOMEM; a[0] = 1; return 0; }
        """);

    [Fact]
    public Task An_address_may_be_null_where_the_page_is_not() => Verify.CompleteAsync("""
        int A(page* p)
        {
            byte* a = (byte*)page_address(p);
            return *{|KMEM2001:a|};
        }
        int B(page* p)
        {
            byte* a = (byte*)page_address(p);
            return a == null ? 0 : *a;
        }
        """);

    [Fact]
    public Task An_address_is_used_after_its_page_was_freed() => Verify.MembersAsync("""
        int A(page* p)
        {
            byte* a = (byte*)page_address(p);
            if (a == null)
                return 0;
            __free_page(p);
            return {|KMEM2004:a|}[0];
        }
        """);

    [Fact]
    public Task A_page_of_ones_own_has_an_address() => Verify.CompleteAsync("""
        static void* Address(page* p) => page_address(p);
        int A() { page* p = alloc_page(GFP_KERNEL); if (p == null) return -ENOMEM; byte* a = (byte*)page_address(p); a[0] = 1; __free_page(p); return 0; }
        int B(gfp_t flags) { page* p = alloc_pages(flags, 2); if (p == null) return -ENOMEM; memset(page_address(p), 0, PAGE_SIZE); __free_pages(p, 2); return 0; }
        int C() { page* p = alloc_page(GFP_KERNEL); if (p == null) return -ENOMEM; byte* a = (byte*)Address(p); a[0] = 1; __free_page(p); return 0; }
        int D() { page* p = alloc_page(GFP_HIGHUSER); if (p == null) return -ENOMEM; byte* a = (byte*)page_address({|KMEM4006:p|}); a[0] = 1; __free_page(p); return 0; }
        byte E(page* p) => *(byte*){|KMEM2001:Address(p)|};
        """);

    [Fact]
    public Task A_page_that_is_no_high_memory_has_an_address() => Verify.CompleteAsync("""
        static void* Map(page* p) => PageHighMem(p) ? kmap(p) : page_address(p);
        static void Unmap(page* p) { if (PageHighMem(p)) kunmap(p); }
        void A(page* p) { if (PageHighMem(p)) { void* a = kmap(p); memset(a, 0, PAGE_SIZE); kunmap(p); } else { void* a = page_address(p); memset(a, 0, PAGE_SIZE); } }
        void B(page* p) { bool high = PageHighMem(p); byte* a = high ? (byte*)kmap(p) : (byte*)page_address(p); a[0] = 1; if (high) kunmap(p); }
        void C(page* p) { byte* a = (byte*)Map(p); a[0] = 1; Unmap(p); }
        int D(page* p) { if (PageHighMem(p)) return -EINVAL; return *(byte*)page_address(p); }
        int E(page* p) { if (!PageHighMem(p)) return -EINVAL; return *(byte*){|KMEM2001:page_address(p)|}; }
        int F(page* p, page* q) { if (PageHighMem(p)) return -EINVAL; return *(byte*){|KMEM2001:page_address(q)|}; }
        int G(page* p, int n) { byte* a = (byte*)Map(p); if (n == 0) {|KMEM2010:return|} 0; a[0] = 1; Unmap(p); return 1; }
        """);
}
