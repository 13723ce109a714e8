using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>What an administrator's tools read of the driver. Opened in process context, and disposed there.</summary>
internal sealed unsafe class Status : IDisposable
{
    private const uint HistoryOrder = 12;
    private static readonly PerCpu<uint> s_reads = DEFINE_PER_CPU<uint>("ring_reads");
    private spinlock_t _lock;
    private readonly Device* _device;
    private readonly byte* _text;

    public Status(Device* device)
    {
        _device = device;
        spin_lock_init(ref _lock);
        _text = (byte*)kzalloc(256, GFP_KERNEL);
    }

    /// <summary>The last text that was read; null without memory.</summary>
    public bool HasText => _text != null;

    /// <summary>Counts a reader on its CPU.</summary>
    /// <returns>How many this CPU has had.</returns>
    public static uint CountReader()
    {
        ref uint reads = ref get_cpu_var(s_reads);
        reads++;
        put_cpu_var(s_reads);
        return reads;
    }

    /// <summary>The CPU that a reader came from, for the log.</summary>
    public static int Origin() => smp_processor_id();

    /// <summary>Forgets what was lost.</summary>
    public void Reset()
    {
        spin_lock(ref _device->Lock);
        Forget(_device);
        spin_unlock(ref _device->Lock);
        if (_device->Lost != 0)
            Forget(_device);
    }

    /// <summary>Tells readers that something has changed. The interrupt handler relies on its never sleeping.</summary>
    [NeverSleeps]
    public void Notify()
    {
        printk($"ring: {_device->Lost} lost");
        msleep(1);
    }

    /// <summary>Copies a page of the card's memory to a reader.</summary>
    /// <param name="user">The reader's buffer, of a page.</param>
    /// <returns>0, -EFAULT or -ENOMEM.</returns>
    public static int ReadPage(page* page, void* user)
    {
        void* data = kmap(page);
        if (copy_to_user(user, data, PAGE_SIZE) != 0)
            return -EFAULT;
        kunmap(page);
        return 0;
    }

    /// <summary>Clears a page of the card's memory.</summary>
    /// <returns>The page, to be freed with __free_page; null without memory.</returns>
    public static page* CreatePage()
    {
        page* page = alloc_page(GFP_HIGHUSER);
        void* data = page == null ? null : page_address(page);
        if (data != null)
            memset(data, 0, PAGE_SIZE);
        return page;
    }

    /// <summary>Answers a reader.</summary>
    /// <param name="user">The reader's buffer, of the size of a message.</param>
    /// <returns>0, -EFAULT or -ENOMEM.</returns>
    public int ReadMessage(void* user)
    {
        Message* message = (Message*)kmalloc((nuint)sizeof(Message), GFP_KERNEL);
        if (message == null)
            return -ENOMEM;
        message->Value = _device->Lost;
        nuint left = copy_to_user(user, message, (nuint)sizeof(Message));
        kfree(message);
        return left == 0 ? 0 : -EFAULT;
    }

    /// <summary>Allocates the pages that the card writes its history to.</summary>
    /// <returns>Their address, to be freed with free_pages; 0 without memory.</returns>
    public static nuint CreateHistory() => __get_free_pages(GFP_KERNEL, HistoryOrder);

    /// <summary>Whether another reader is here.</summary>
    public bool IsBusy()
    {
        spinlock_t held = _lock;
        if (!spin_trylock(ref held))
            return true;
        spin_unlock(ref held);
        return false;
    }

    public void Dispose() => printk("ring: status closed");

    [HoldsSpinlock("dev.Lock")]
    private static void Forget(Device* dev)
    {
        dev->Lost = 0;
        dev->Overruns = 0;
    }
}
