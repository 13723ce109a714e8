using Kmem;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Corpus.PageWindow;

/// <summary>Pages through which data goes to and from a device: some of them in high memory, which has an address only while it is mapped.</summary>
internal unsafe struct window
{
    public page** pages;
    public uint count;
    public int users;
    public spinlock_t lk;
}

/// <summary>A spinlock that is held in a scope, with the interrupts off.</summary>
internal ref struct IrqSaved
{
    private readonly ref spinlock_t _lock;
    private readonly nuint _flags;
    private bool _held;

    public IrqSaved(ref spinlock_t l)
    {
        _lock = ref l;
        spin_lock_irqsave(ref _lock, out _flags);
        _held = true;
    }

    public void Dispose()
    {
        if (_held)
            spin_unlock_irqrestore(ref _lock, _flags);
        _held = false;
    }
}

internal static unsafe class PageWindow
{
    public static int Open(window* w, uint count, bool high)
    {
        *w = default;
        w->pages = (page**)kcalloc(count, (nuint)sizeof(page*), GFP_KERNEL);
        if (w->pages == null)
            return -ENOMEM;

        for (w->count = 0; w->count < count; w->count++)
        {
            page* page = alloc_page(high ? GFP_HIGHUSER : GFP_KERNEL);
            if (page == null)
            {
                Close(w);
                return -ENOMEM;
            }

            w->pages[w->count] = page;
        }

        return 0;
    }

    public static void Close(window* w)
    {
        while (w->count > 0)
            __free_page(w->pages[--w->count]);
        kfree(w->pages);
        w->pages = null;
    }

    /// <summary>One page for the registers of the device: never high memory.</summary>
    public static page* OpenRegisters(uint pattern)
    {
        page* page = alloc_page(GFP_KERNEL);
        if (page == null)
            return null;

        uint* registers = (uint*)page_address(page);
        for (int i = 0; i < 16; i++)
            registers[i] = pattern;
        return page;
    }

    public static void Clear(window* w)
    {
        for (uint i = 0; i < w->count; i++)
        {
            page* page = w->pages[i];
            void* address = Map(page);
            memset(address, 0, PAGE_SIZE);
            Unmap(page);
        }
    }

    public static void Copy(page* to, page* from)
    {
        bool isHigh = PageHighMem(to);
        void* target = isHigh ? kmap(to) : page_address(to);
        void* source = Map(from);
        memcpy(target, source, PAGE_SIZE);
        Unmap(from);
        if (isHigh)
            kunmap(to);
    }

    public static int First(page* page)
    {
        if (PageHighMem(page))
            return -EINVAL;
        return *(byte*)page_address(page);
    }

    public static int Use(window* w)
    {
        using var saved = new IrqSaved(ref w->lk);
        if (w->pages == null)
            return -EINVAL;
        return ++w->users;
    }

    public static bool Leave(window* w)
    {
        using (new IrqSaved(ref w->lk))
        {
            if (w->users == 0)
                return false;
            w->users--;
        }

        return true;
    }

    /// <summary>Grows a list of numbers: twice as large each time.</summary>
    public static int Number(uint** list, nuint count)
    {
        uint* numbers = null;
        nuint room = 0;
        for (nuint used = 0; used < count; used++)
        {
            if (used * sizeof(uint) >= room)
            {
                nuint more = room == 0 ? 64 : room * 2;
                uint* grown = (uint*)krealloc(numbers, more, GFP_KERNEL);
                if (grown == null)
                {
                    kfree(numbers);
                    return -ENOMEM;
                }

                numbers = grown;
                room = more;
            }

            numbers[used] = (uint)used;
        }

        *list = numbers;
        return 0;
    }

    private static void* Map(page* page) => PageHighMem(page) ? kmap(page) : page_address(page);

    private static void Unmap(page* page)
    {
        if (PageHighMem(page))
            kunmap(page);
    }
}
