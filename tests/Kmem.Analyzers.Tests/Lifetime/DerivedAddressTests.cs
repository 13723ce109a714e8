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
}
