using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Core;

/// <summary>A driver that the subsystem knows.</summary>
internal interface IDriver
{
    string Name { get; }

    [MightSleep]
    int Attach(nint port);

    [MightSleep]
    void Detach(nint port);

    /// <summary>Looks at the port without touching it.</summary>
    [NeverSleeps]
    bool Matches(nint port);
}

internal abstract unsafe class DriverBase(string name, uint vendor) : IDriver
{
    public string Name { get; } = name;

    public virtual bool Matches(nint port) => readl((void*)port) == vendor;

    [MightSleep]
    public abstract int Attach(nint port);

    [MightSleep]
    public virtual void Detach(nint port) => printk($"{Name}: gone");
}

internal sealed unsafe class BufferedDriver(string name, uint vendor) : DriverBase(name, vendor)
{
    private readonly Dictionary<nint, nint> _buffers = [];

    [MightSleep]
    public override int Attach(nint port)
    {
        void* buffer = kzalloc(512, GFP_KERNEL);
        if (buffer == null)
            return -ENOMEM;
        _buffers.Add(port, (nint)buffer);
        return 0;
    }

    [MightSleep]
    public override void Detach(nint port)
    {
        if (_buffers.Remove(port, out nint buffer))
            kfree((void*)buffer);
        base.Detach(port);
    }
}

/// <summary>Brings the subsystem up step by step, and down in the opposite order.</summary>
internal static unsafe class Subsystem
{
    private const uint Ports = 8;

    private static readonly mutex s_lock = new();
    private static readonly List<IDriver> s_drivers = [];
    private static readonly work_struct s_scan = new();
    private static kmem_cache? s_cache;
    private static byte* s_window;
    private static nuint s_table;
    private static Attached** s_attached;

    private unsafe struct Attached
    {
        public nint Port;
        public int Driver;
    }

    [MightSleep]
    public static int Initialize(ulong window)
    {
        int error;
        if ((error = InitializeCache()) < 0)
            goto out_none;
        if ((error = MapWindow(window)) < 0)
            goto out_cache;

        error = -ENOMEM;
        s_table = get_zeroed_page(GFP_KERNEL);
        if (s_table == 0)
            goto out_window;
        s_attached = (Attached**)kcalloc(Ports, (nuint)sizeof(Attached*), GFP_KERNEL);
        if (s_attached == null)
            goto out_table;

        INIT_WORK(s_scan, Scan);
        schedule_work(s_scan);
        return 0;

    out_table:
        free_page(s_table);
        s_table = 0;
    out_window:
        iounmap(s_window);
        s_window = null;
    out_cache:
        kmem_cache_destroy(s_cache);
        s_cache = null;
    out_none:
        printk($"subsystem: error {error}");
        return error;
    }

    [MightSleep]
    public static void Exit()
    {
        flush_work(s_scan);
        mutex_lock(s_lock);
        for (uint i = 0; i < Ports; i++)
            DetachPort(i);
        mutex_unlock(s_lock);
        kfree(s_attached);
        s_attached = null;
        free_page(s_table);
        s_table = 0;
        iounmap(s_window);
        s_window = null;
        kmem_cache_destroy(s_cache);
        s_cache = null;
    }

    [MightSleep]
    public static void Register(IDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        WithLock(() => s_drivers.Add(driver));
        schedule_work(s_scan);
    }

    [MightSleep]
    public static bool TryGetDriver(string name, [NotNullWhen(true)] out IDriver? driver)
    {
        mutex_lock(s_lock);
        try
        {
            driver = s_drivers.Find(candidate => candidate.Name == name);
            return driver != null;
        }
        finally
        {
            mutex_unlock(s_lock);
        }
    }

    /// <summary>How many ports a driver would take. In any context that may read the registers.</summary>
    public static int CountMatches(IDriver driver)
    {
        int count = 0;
        preempt_disable();
        for (uint i = 0; i < Ports; i++)
        {
            if (driver.Matches(PortAt(i)))
                count++;
        }

        preempt_enable();
        return count;
    }

    private static void Scan(work_struct work)
    {
        mutex_lock(s_lock);
        for (uint i = 0; i < Ports; i++)
        {
            if (s_attached[i] != null)
                continue;
            int chosen = Choose(PortAt(i));
            if (chosen >= 0 && AttachPort(i, chosen) is int error and < 0)
                printk($"subsystem: {s_drivers[chosen].Name} does not take port {i}: {error}");
            cond_resched();
        }

        mutex_unlock(s_lock);

        int Choose(nint port)
        {
            for (int i = 0; i < s_drivers.Count; i++)
            {
                if (s_drivers[i].Matches(port))
                    return i;
            }

            return -1;
        }
    }

    private static int AttachPort(uint index, int driver)
    {
        Attached* attached = (Attached*)kmem_cache_alloc(s_cache!, GFP_KERNEL);
        if (attached == null)
            return -ENOMEM;
        attached->Port = PortAt(index);
        attached->Driver = driver;
        int error = s_drivers[driver].Attach(attached->Port);
        if (error != 0)
        {
            kmem_cache_free(s_cache!, attached);
            return error;
        }

        s_attached[index] = attached;
        return 0;
    }

    private static void DetachPort(uint index)
    {
        Attached* attached = s_attached[index];
        if (attached == null)
            return;
        s_attached[index] = null;
        s_drivers[attached->Driver].Detach(attached->Port);
        kmem_cache_free(s_cache!, attached);
    }

    private static int InitializeCache()
    {
        s_cache = kmem_cache_create("attached_port", (nuint)sizeof(Attached), 0, slab_flags_t.SLAB_NONE, null);
        return s_cache is null ? -ENOMEM : 0;
    }

    private static int MapWindow(ulong address)
    {
        if (address % PAGE_SIZE != 0)
            return -EINVAL;
        s_window = (byte*)ioremap(address, Ports * 0x100);
        return s_window != null ? 0 : -ENOMEM;
    }

    private static nint PortAt(uint index) => (nint)(s_window + index * 0x100);

    private static void WithLock(Action action)
    {
        mutex_lock(s_lock);
        try
        {
            action();
        }
        finally
        {
            mutex_unlock(s_lock);
        }
    }
}
