using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>The static face: its hot paths and what each name adds to the allocators behind it.</summary>
public unsafe class FaceTests
{
    [Fact]
    public void Kmalloc_finds_wrong_frees_on_the_hot_path_too()
    {
        byte* p = (byte*)kmalloc(100, GFP_KERNEL);
        Assert.Throws<KernelBugException>(() => kfree(p + 16));
        kfree(p);
        Assert.Contains("double free", Assert.Throws<KernelBugException>(() => kfree(p)).Message);
        Assert.Throws<KernelBugException>(() => kfree((void*)0x1234));
        void* area = vmalloc(10);
        Assert.Throws<KernelBugException>(() => kfree(area));
        vfree(area);
    }

    [Fact]
    public void Zeroing_functions_clear_what_a_user_left()
    {
        for (int i = 0; i < 3; i++)
        {
            byte* p = (byte*)kzalloc(200, GFP_KERNEL);
            Assert.False(new Span<byte>(p, 200).ContainsAnyExcept((byte)0));
            memset(p, 0xff, 200);
            kfree(p);
            byte* q = (byte*)kcalloc(20, 10, GFP_KERNEL);
            Assert.False(new Span<byte>(q, 200).ContainsAnyExcept((byte)0));
            memset(q, 0xff, 200);
            kfree(q);
            byte* r = (byte*)kmalloc(200, GFP_KERNEL | __GFP_ZERO);
            Assert.False(new Span<byte>(r, 200).ContainsAnyExcept((byte)0));
            memset(r, 0xff, 200);
            kfree(r);
        }
    }

    [Fact]
    public void An_overflowing_product_is_null()
    {
        Assert.True(kmalloc_array(nuint.MaxValue / 2, 3, GFP_KERNEL) == null);
        Assert.True(kcalloc(nuint.MaxValue, nuint.MaxValue, GFP_KERNEL) == null);
        Assert.True(kmalloc(nuint.MaxValue, GFP_KERNEL) == null);
    }

    [Fact]
    public void Krealloc_keeps_contents_and_grows_in_place_where_it_can()
    {
        byte* p = (byte*)krealloc(null, 40, GFP_KERNEL);
        new Span<byte>(p, 40).Fill(7);
        Assert.True(krealloc(p, 64, GFP_KERNEL) == p);
        byte* grown = (byte*)krealloc(p, 5000, GFP_KERNEL);
        Assert.False(new Span<byte>(grown, 40).ContainsAnyExcept((byte)7));
        Assert.Throws<KernelBugException>(() => kfree(p));
        Assert.True(krealloc(grown, KMALLOC_MAX_SIZE + 1, GFP_KERNEL) == null);
        Assert.Equal(7, grown[39]);
        Assert.Equal((nuint)0, ksize(krealloc(grown, 0, GFP_KERNEL)));
    }

    [Fact]
    public void Kmemdup_copies_and_kfree_sensitive_clears()
    {
        byte* p = (byte*)kmalloc(64, GFP_KERNEL);
        new Span<byte>(p, 64).Fill(9);
        byte* copy = (byte*)kmemdup(p, 64, GFP_KERNEL);
        Assert.True(new Span<byte>(p, 64).SequenceEqual(new Span<byte>(copy, 64)));
        kfree(p);
        kfree_sensitive(copy);
        // All but the word that marks it as free.
        Assert.False(new Span<byte>(copy, (int)Kmem.Slab.SizeClass.MarkOffset).ContainsAnyExcept((byte)0));
        Assert.False(new Span<byte>(copy, 64)[((int)Kmem.Slab.SizeClass.MarkOffset + sizeof(ulong))..].ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Pages_have_addresses_and_frame_numbers_that_agree()
    {
        page* page = alloc_pages(GFP_KERNEL, 1);
        void* address = page_address(page);
        Assert.True(virt_to_page((byte*)address + 4095) == page);
        Assert.Equal(page_to_pfn(page) * PAGE_SIZE + 5, virt_to_phys((byte*)address + 5));
        Assert.Equal(1, page_count(page));
        Assert.False(PageHighMem(page));
        free_pages((nuint)address, 1);
        Assert.Equal(0, page_count(page));
        Assert.Throws<KernelBugException>(() => free_pages((nuint)address, 1));
        Assert.Throws<KernelBugException>(() => __get_free_page(GFP_HIGHUSER));
        Assert.Throws<KernelBugException>(() => virt_to_page((void*)64));
        free_page(get_zeroed_page(GFP_KERNEL));
    }

    [Fact]
    public void What_is_no_page_of_the_machine_is_told()
    {
        int local = 0;
        foreach (nint wrong in new nint[] { 0, 1, -1, (nint)(&local) })
        {
            page* page = (page*)wrong;
            Assert.Contains("address of no page struct", Assert.Throws<KernelBugException>(() => page_address(page)).Message);
            Assert.Throws<KernelBugException>(() => page_to_pfn(page));
            Assert.Throws<KernelBugException>(() => PageHighMem(page));
            Assert.Throws<KernelBugException>(() => page_count(page));
        }
    }

    [Fact]
    public void A_page_of_no_node_in_particular_comes_from_any()
    {
        page* page = alloc_pages_node(-1, GFP_KERNEL, 1);
        Assert.Equal(1, page_count(page));
        __free_pages(page, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => alloc_pages_node(-2, GFP_KERNEL, 0) == null);
        Assert.Throws<ArgumentOutOfRangeException>(() => alloc_pages_node(1, GFP_KERNEL, 0) == null);
    }

    [Fact]
    public void A_high_page_has_an_address_while_it_is_mapped()
    {
        page* page = alloc_page(GFP_HIGHUSER);
        Assert.True(PageHighMem(page));
        Assert.True(page_address(page) == null);
        byte* first = (byte*)kmap(page);
        byte* second = (byte*)kmap_atomic(page, km_type.KM_USER0);
        Assert.True(first != second);
        first[17] = 42;
        Assert.Equal(42, second[17]);
        Assert.True(in_atomic());
        kunmap_atomic(second, km_type.KM_USER0);
        Assert.False(in_atomic());
        kunmap(page);
        Assert.True(page_address(page) == null);
        Assert.Throws<KernelBugException>(() => kunmap(page));
        __free_page(page);
    }

    [Fact]
    public void A_cache_serves_objects_and_tells_wrong_ones()
    {
        kmem_cache one = kmem_cache_create("face-one", 72, 0, slab_flags_t.SLAB_HWCACHE_ALIGN, null)!;
        kmem_cache two = kmem_cache_create("face-two", 72, 0, slab_flags_t.SLAB_HWCACHE_ALIGN, null)!;
        Assert.Equal((nuint)72, kmem_cache_size(one));
        void* obj = kmem_cache_zalloc(one, GFP_KERNEL);
        Assert.Equal((nuint)0, (nuint)obj % 64);
        Assert.Throws<KernelBugException>(() => kmem_cache_free(two, obj));
        Assert.Throws<KernelBugException>(() => kfree(obj));
        Assert.NotEqual(0, kmem_cache_destroy(one));
        kmem_cache_free(one, obj);
        Assert.Throws<KernelBugException>(() => kmem_cache_free(one, obj));
        void** bulk = stackalloc void*[100];
        Assert.Equal(100, kmem_cache_alloc_bulk(two, GFP_KERNEL, 100, bulk));
        kmem_cache_free_bulk(two, 100, bulk);
        Assert.Equal(0, kmem_cache_shrink(two));
        Assert.Equal(0, kmem_cache_destroy(one));
        Assert.Equal(0, kmem_cache_destroy(two));
        Assert.Throws<KernelBugException>(() => kmem_cache_alloc(one, GFP_KERNEL));
    }

    [Fact]
    public void Kvmalloc_takes_what_fits_and_kvfree_knows_which()
    {
        void* small = kvmalloc(1000, GFP_KERNEL);
        byte* large = (byte*)kvzalloc(1 << 20, GFP_KERNEL);
        Assert.False(is_vmalloc_addr(small));
        Assert.True(is_vmalloc_addr(large));
        Assert.False(new Span<byte>(large, 1 << 20).ContainsAnyExcept((byte)0));
        kvfree(small);
        kvfree(large);
        kvfree(null);
        Assert.Throws<KernelBugException>(() => kvfree(large));
    }

    [Fact]
    public void Bug_and_warn_tell_the_place()
    {
        Assert.Contains("FaceTests.cs:", Assert.Throws<KernelBugException>(() => BUG()).Message);
        BUG_ON(false);
        Assert.Throws<KernelBugException>(() => BUG_ON(true));
        Assert.Contains("FaceTests.cs:", ProcessKernel.LogOf(() => Assert.True(WARN_ON(true))));
        Assert.Equal("", ProcessKernel.LogOf(() => Assert.False(WARN_ON(false))));
    }

    [Fact]
    public void User_copies_refuse_the_first_page_and_say_how_much_is_missing()
    {
        long value = 5, copy = 0;
        Assert.Equal((nuint)0, copy_to_user(&copy, &value, 8));
        Assert.Equal(5, copy);
        Assert.Equal((nuint)8, copy_from_user(&copy, null, 8));
        Assert.Equal(0, copy);
    }
}
