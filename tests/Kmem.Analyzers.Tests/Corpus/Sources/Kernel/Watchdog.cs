using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Deferred;

internal enum Health { Good, Slow, Dead }

internal unsafe struct Event
{
    public Event* Next;
    public ulong Time;
    public Health Health;
}

/// <summary>Watches a device: a timer looks at it, a tasklet sorts what it saw, and work that may sleep resets it.</summary>
internal sealed unsafe class Watchdog
{
    private const ulong Interval = HZ / 10;
    private const int SlowLimit = 5;

    private readonly timer_list _timer = new();
    private readonly tasklet_struct _tasklet = new();
    private readonly work_struct _reset = new();
    private readonly mutex _registers = new();
    private readonly byte* _port;
    private readonly kmem_cache _cache;
    private spinlock_t _lock;
    private Event* _events;
    private int _slow;
    private bool _stopping;
    private ulong _lastBeat;
    private byte* _log;

    private Watchdog(byte* port, kmem_cache cache)
    {
        _port = port;
        _cache = cache;
    }

    [MightSleep]
    public static Watchdog? Start(byte* port)
    {
        kmem_cache? cache = kmem_cache_create("watchdog_event", (nuint)sizeof(Event), 0, slab_flags_t.SLAB_NONE, null);
        if (cache is not { } events)
            return null;
        byte* log = (byte*)vmalloc(16 * PAGE_SIZE);
        if (log == null)
        {
            kmem_cache_destroy(events);
            return null;
        }

        memset(log, ' ', 16 * PAGE_SIZE);
        var watchdog = new Watchdog(port, events) { _log = log };
        timer_setup(watchdog._timer, watchdog.Look);
        tasklet_init(watchdog._tasklet, data => watchdog.Sort((int)data), SlowLimit);
        INIT_WORK(watchdog._reset, _ => watchdog.Reset());
        mod_timer(watchdog._timer, jiffies + Interval);
        return watchdog;
    }

    [MightSleep]
    public void Stop()
    {
        spin_lock_bh(ref _lock);
        _stopping = true;
        spin_unlock_bh(ref _lock);

        // The timer starts itself anew until it sees that it is to stop.
        msleep(2 * (uint)(Interval * 1000 / HZ));
        tasklet_kill(_tasklet);
        flush_work(_reset);

        Event* seen = TakeEvents();
        while (seen != null)
        {
            Event* next = seen->Next;
            kmem_cache_free(_cache, seen);
            seen = next;
        }

        vfree(_log);
        _log = null;
        kmem_cache_destroy(_cache);
    }

    /// <summary>The device says that it lives. In interrupts.</summary>
    [AtomicContext(AtomicKind.HardIrq)]
    public void Beat()
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        _lastBeat = jiffies;
        _slow = 0;
        spin_unlock_irqrestore(ref _lock, flags);
    }

    private void Look(timer_list timer)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        bool stopping = _stopping;
        Health health = Judge(jiffies - _lastBeat);
        if (!stopping && health != Health.Good)
            AddEvent(health);
        spin_unlock_irqrestore(ref _lock, flags);

        if (stopping)
            return;
        if (health != Health.Good)
            tasklet_schedule(_tasklet);
        mod_timer(timer, jiffies + Interval);
    }

    private void Sort(int limit)
    {
        bool dead = false;
        int slow = 0;
        Event* seen = TakeEvents();
        while (seen != null)
        {
            switch (seen->Health)
            {
                case Health.Dead:
                    dead = true;
                    break;
                case Health.Slow:
                    slow++;
                    break;
            }

            Event* done = seen;
            seen = seen->Next;
            kmem_cache_free(_cache, done);
        }

        spin_lock_irqsave(ref _lock, out nuint flags);
        _slow += slow;
        bool reset = (dead || _slow > limit) && !_stopping;
        spin_unlock_irqrestore(ref _lock, flags);
        if (reset)
            schedule_work(_reset);
    }

    private void Reset()
    {
        mutex_lock(_registers);
        WriteControl(1);
        for (int i = 0; i < 50 && (readl(_port) & 1) != 0; i++)
            msleep(10);
        bool failed = (readl(_port) & 1) != 0;
        WriteControl(0);
        mutex_unlock(_registers);

        spin_lock_irq(ref _lock);
        _lastBeat = jiffies;
        _slow = 0;
        spin_unlock_irq(ref _lock);
        printk(failed ? "watchdog: the device does not come back" : "watchdog: the device was reset");
    }

    private void WriteControl(uint value)
    {
        local_irq_save(out nuint flags);
        writel(value, _port + 4);
        udelay(10);
        writel(value | 0x80, _port + 4);
        local_irq_restore(flags);
    }

    [HoldsSpinlock("_lock")]
    private void AddEvent(Health health)
    {
        Event* added = (Event*)kmem_cache_alloc(_cache, GFP_ATOMIC);
        if (added is null)
            return;
        added->Time = jiffies;
        added->Health = health;
        added->Next = _events;
        _events = added;
    }

    private Event* TakeEvents()
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        Event* events = _events;
        _events = null;
        spin_unlock_irqrestore(ref _lock, flags);
        return events;
    }

    private static Health Judge(ulong age) => age switch
    {
        < Interval * 2 => Health.Good,
        < Interval * 10 => Health.Slow,
        _ => Health.Dead,
    };
}
