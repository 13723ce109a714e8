using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Block;

/// <summary>A disk: its queue, its command table and the pages it bounces through.</summary>
internal unsafe struct Disk
{
    public RequestQueue Queue;
    public Command* Commands;
    public dma_addr_t CommandHandle;
    public page** Bounce;
    public uint BounceCount;
    public byte* Port;
    public nuint Scratch;
    public uint Irq;
    public ulong Sectors;
}

internal struct Command
{
    public ulong Sector;
    public ulong Address;
    public uint Bytes;
    public uint Flags;
}

internal readonly struct DiskGeometry(ulong sectors, uint depth)
{
    public ulong Sectors { get; } = sectors;

    public uint Depth { get; } = depth;
}

/// <summary>Probing and removing disks; each step that fails undoes the ones before it.</summary>
internal static unsafe class BlockDevice
{
    public const int SectorSize = 512;
    private const uint ScratchOrder = 2;
    private const ulong PortBase = 0xfd00_0000;

    private static readonly device s_controller = new("sata0");

    [MightSleep]
    public static Disk* Probe(uint irq, DiskGeometry geometry)
    {
        if (geometry.Sectors == 0 || geometry.Depth is 0 or > 128)
            return null;

        Disk* disk = (Disk*)kzalloc((nuint)sizeof(Disk), GFP_KERNEL);
        if (disk == null)
            goto fail;
        disk->Irq = irq;
        disk->Sectors = geometry.Sectors;

        disk->Port = (byte*)ioremap(PortBase, PAGE_SIZE);
        if (disk->Port == null)
            goto fail_disk;

        disk->Commands = (Command*)dma_alloc_coherent(
            s_controller, geometry.Depth * (nuint)sizeof(Command), out disk->CommandHandle, GFP_KERNEL);
        if (disk->Commands == null)
            goto fail_port;

        disk->Scratch = __get_free_pages(GFP_KERNEL | GFP_DMA32, ScratchOrder);
        if (disk->Scratch == 0)
            goto fail_commands;

        if (AllocateBounce(disk, geometry.Depth) < 0)
            goto fail_scratch;

        if (!disk->Queue.Initialize(geometry.Depth))
            goto fail_bounce;

        if (request_irq(irq, &OnInterrupt, disk) != 0)
            goto fail_queue;

        printk($"sata: {geometry.Sectors * SectorSize >> 20} MiB, queue of {geometry.Depth}");
        return disk;

    fail_queue:
        disk->Queue.Destroy();
    fail_bounce:
        FreeBounce(disk);
    fail_scratch:
        free_pages(disk->Scratch, ScratchOrder);
    fail_commands:
        dma_free_coherent(s_controller, geometry.Depth * (nuint)sizeof(Command), disk->Commands, disk->CommandHandle);
    fail_port:
        iounmap(disk->Port);
    fail_disk:
        kfree(disk);
    fail:
        return null;
    }

    [MightSleep]
    public static void Remove(Disk* disk)
    {
        if (disk == null)
            return;
        disk->Queue.Quiesce();
        free_irq(disk->Irq, disk);
        uint depth = disk->Queue.Depth;
        disk->Queue.Destroy();
        FreeBounce(disk);
        free_pages(disk->Scratch, ScratchOrder);
        dma_free_coherent(s_controller, depth * (nuint)sizeof(Command), disk->Commands, disk->CommandHandle);
        iounmap(disk->Port);
        kfree(disk);
    }

    /// <summary>Reads sectors into pages; the caller waits for the result.</summary>
    [MightSleep]
    public static int Read(Disk* disk, ulong sector, ReadOnlySpan<nint> pages)
    {
        int done = 0;
        foreach (nint target in pages)
        {
            int error = ReadPage(disk, sector, (page*)target);
            if (error != 0)
                return done > 0 ? done : error;
            sector += PAGE_SIZE / SectorSize;
            done++;
        }

        return done;
    }

    private static int ReadPage(Disk* disk, ulong sector, page* target)
    {
        if (sector + PAGE_SIZE / SectorSize > disk->Sectors)
            return -EINVAL;
        Request* request = disk->Queue.Get(GFP_NOIO);
        if (request == null)
            return -ENOMEM;
        request->Sector = sector;
        request->Bytes = PAGE_SIZE;
        request->Page = target;

        int error = disk->Queue.Submit(request);
        if (error == 0)
            error = disk->Queue.Wait(request);
        if (error == 0 && PageHighMem(target))
            CopyFromBounce(disk, request);
        disk->Queue.Put(request);
        return error;
    }

    private static void CopyFromBounce(Disk* disk, Request* request)
    {
        page* bounce = disk->Bounce[request->Tag % disk->BounceCount];
        void* from = kmap_atomic(bounce, km_type.KM_BIO_SRC_IRQ);
        void* to = kmap_atomic(request->Page, km_type.KM_BIO_DST_IRQ);
        memcpy(to, from, PAGE_SIZE);
        kunmap_atomic(to, km_type.KM_BIO_DST_IRQ);
        kunmap_atomic(from, km_type.KM_BIO_SRC_IRQ);
    }

    private static int AllocateBounce(Disk* disk, uint count)
    {
        page** pages = (page**)kcalloc(count, (nuint)sizeof(page*), GFP_KERNEL);
        if (pages == null)
            return -ENOMEM;
        for (uint i = 0; i < count; i++)
        {
            pages[i] = alloc_page(GFP_KERNEL);
            if (pages[i] != null)
                continue;
            while (i-- > 0)
                __free_page(pages[i]);
            kfree(pages);
            return -ENOMEM;
        }

        disk->Bounce = pages;
        disk->BounceCount = count;
        return 0;
    }

    private static void FreeBounce(Disk* disk)
    {
        for (uint i = 0; i < disk->BounceCount; i++)
            __free_page(disk->Bounce[i]);
        kfree(disk->Bounce);
        disk->Bounce = null;
        disk->BounceCount = 0;
    }

    private static int request_irq(uint irq, delegate*<Disk*, bool> handle, Disk* disk) =>
        Kernel.request_irq(irq, (_, cookie) => handle((Disk*)cookie) ? irqreturn_t.IRQ_HANDLED : irqreturn_t.IRQ_NONE, 0, "sata", disk);

    [AtomicContext(AtomicKind.HardIrq)]
    private static bool OnInterrupt(Disk* disk)
    {
        uint done = readl(disk->Port + 0x30);
        if (done == 0)
            return false;
        writel(done, disk->Port + 0x30);
        for (uint tag = 0; done != 0; tag++, done >>= 1)
        {
            if ((done & 1) != 0)
                disk->Queue.Complete(tag, error: 0);
        }

        return true;
    }
}
