using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>What checkers of context look for: handlers, helpers and locks that are several files apart from what sleeps.</summary>
public class SleepPatternTests
{
    [Fact]
    public Task Interrupt_handlers_reach_a_mutex_through_three_files() => Verify.CompleteSourcesAsync(
    [
        """
        unsafe class Nic
        {
            public spinlock_t Lock; public byte* Rx; public readonly tasklet_struct Poll = new();
            public static void Init(Nic nic) { request_irq(9, OnInterrupt, 0, "nic", null); tasklet_init(nic.Poll, OnPoll, 0); }
            static irqreturn_t OnInterrupt(int irq, void* id) { {|KMEM1002:Stats.Record(1)|}; return irqreturn_t.IRQ_HANDLED; }
            static void OnPoll(nuint data) => {|KMEM1002:Stats.Flush()|};
        }
        """,
        """
        static class Stats
        {
            public static void Record(int n) { if (n > 0) Flush(); }
            public static void Flush() => Sink.Write("stats");
        }
        """,
        """
        static class Sink
        {
            static readonly mutex s_m = new();
            public static void Write(string s) { mutex_lock(s_m); printk(s); mutex_unlock(s_m); }
        }
        """,
    ]);

    [Fact]
    public Task A_timer_allocates_as_if_it_could_sleep() => Verify.CompleteAsync("""
        sealed class Watchdog
        {
            readonly timer_list _timer = new();
            byte* _log;
            public Watchdog() => timer_setup(_timer, OnTick);
            void OnTick(timer_list t)
            {
                byte* entry = (byte*)kmalloc(64, {|KMEM1001:GFP_KERNEL|});
                if (entry != null) { kfree(_log); _log = entry; }
                mod_timer(t, jiffies + 10);
            }
        }
        """);

    [Fact]
    public Task A_timer_allocates_from_the_reserve() => Verify.CompleteAsync("""
        sealed class Watchdog
        {
            readonly timer_list _timer = new();
            byte* _log;
            public Watchdog() => timer_setup(_timer, OnTick);
            void OnTick(timer_list t)
            {
                byte* entry = (byte*)kmalloc(64, GFP_ATOMIC);
                if (entry != null) { kfree(_log); _log = entry; }
                mod_timer(t, jiffies + 10);
            }
        }
        """);

    [Fact]
    public Task A_virtual_operation_that_says_it_sleeps() => Verify.CompleteAsync("""
        abstract class Port { [MightSleep] public abstract void Flush(); public abstract void Poke(); }
        sealed class Uart : Port { public override void Flush() { } public override void Poke() => msleep(1); }
        void Close(Port p) { spin_lock(ref lk); p.Poke(); {|KMEM1002:p.Flush()|}; spin_unlock(ref lk); }
        """);

    [Fact]
    public Task An_override_of_a_sealed_class_sleeps() => Verify.CompleteAsync("""
        abstract class Port { public abstract void Poke(); }
        sealed class Uart : Port { public override void Poke() => msleep(1); }
        void Close(Uart p) { spin_lock(ref lk); {|KMEM1002:p.Poke()|}; spin_unlock(ref lk); }
        """);

    [Fact]
    public Task A_helper_drops_the_lock_and_takes_it_back() => Verify.CompleteAsync("""
        void Wait(device dev) { spin_unlock(ref dev.lk); msleep(1); spin_lock(ref dev.lk); }
        void Use(device dev) { spin_lock(ref dev.lk); while (dev.buf == null) Wait(dev); dev.buf[0] = 1; spin_unlock(ref dev.lk); }
        """);

    [Fact]
    public Task A_helper_drops_another_lock() => Verify.CompleteAsync("""
        void Wait(device dev) { spin_unlock(ref dev.lk); msleep(1); spin_lock(ref dev.lk); }
        void Use(device a, device b) { spin_lock(ref a.lk); {|KMEM1002:Wait(b)|}; spin_unlock(ref a.lk); }
        """);

    [Fact]
    public Task A_parameter_says_that_the_lock_is_held() => Verify.CompleteAsync("""
        void Flush(device dev, bool locked) { if (!locked) spin_lock(ref dev.lk); dev.ring = null; if (!locked) spin_unlock(ref dev.lk); }
        void Outer(device dev) { spin_lock(ref dev.lk); Flush(dev, true); spin_unlock(ref dev.lk); Flush(dev, false); msleep(1); }
        """);

    [Fact]
    public Task A_parameter_says_wrongly_that_the_lock_is_not_held() => Verify.CompleteAsync("""
        void Flush(device dev, bool locked) { if (!locked) spin_lock(ref dev.lk); dev.ring = null; if (!locked) spin_unlock(ref dev.lk); }
        void Outer(device dev) { spin_lock(ref dev.lk); {|KMEM1006:Flush(dev, false)|}; spin_unlock(ref dev.lk); }
        """);

    [Fact]
    public Task Leave_to_sleep_is_passed_through_two_helpers() => Verify.CompleteAsync("""
        void* Get(nuint n, bool canSleep) { if (canSleep) cond_resched(); return kmalloc(n, canSleep ? GFP_KERNEL : GFP_ATOMIC); }
        void* Get2(nuint n, bool atomic) => Get(n, !atomic);
        void Use() { spin_lock(ref lk); void* p = Get2(8, atomic: true); spin_unlock(ref lk); kfree(p); void* q = Get2(8, false); kfree(q); }
        """);

    [Fact]
    public Task Leave_to_sleep_is_passed_through_two_helpers_wrongly() => Verify.CompleteAsync("""
        void* Get(nuint n, bool canSleep) { if (canSleep) cond_resched(); return kmalloc(n, canSleep ? GFP_KERNEL : GFP_ATOMIC); }
        void* Get2(nuint n, bool atomic) => Get(n, !atomic);
        void Use() { spin_lock(ref lk); void* p = {|KMEM1002:Get2(8, false)|}; spin_unlock(ref lk); kfree(p); }
        """);

    [Fact]
    public Task Flags_are_in_a_field_that_nobody_here_sets() => Verify.CompleteAsync("""
        sealed class Card { public readonly gfp_t Gfp; public Card(bool irq) { Gfp = irq ? GFP_ATOMIC : GFP_KERNEL; } }
        void Use(Card c) { spin_lock(ref lk); void* p = kmalloc(8, c.Gfp); spin_unlock(ref lk); kfree(p); }
        """);

    [Fact]
    public Task A_reader_of_RCU_waits_for_readers() => Verify.CompleteAsync("""
        int Read(device dev)
        {
            rcu_read_lock();
            ring* r = dev.ring;
            int n = r == null ? 0 : r->head;
            if (n > 3)
                {|KMEM1002:synchronize_rcu()|};
            rcu_read_unlock();
            return n;
        }
        """);

    [Fact]
    public Task Per_CPU_counters_are_counted_inside_their_section() => Verify.CompleteAsync("""
        static readonly PerCpu<int> s_count = DEFINE_PER_CPU<int>("count");
        static int Add(int n) { ref int c = ref get_cpu_var(s_count); c += n; int v = c; put_cpu_var(s_count); return v; }
        static void Bad() { ref int c = ref get_cpu_var(s_count); {|KMEM1003:msleep(1)|}; c++; put_cpu_var(s_count); {|KMEM1007:c|}++; }
        """);

    [Fact]
    public Task A_round_of_a_loop_leaves_its_section_before_it_continues() => Verify.CompleteAsync("""
        void Walk(device[] devs)
        {
            foreach (device d in devs)
            {
                int cpu = get_cpu();
                if (d.ring == null)
                {
                    put_cpu();
                    continue;
                }
                d.ring->head = cpu;
                put_cpu();
            }
        }
        """);

    [Fact]
    public Task A_round_of_a_loop_forgets_its_section_where_it_continues() => Verify.CompleteAsync("""
        void Walk(device[] devs)
        {
            foreach (device d in devs)
            {
                int cpu = get_cpu();
                if (d.ring == null)
                    continue;
                d.ring->head = cpu;
                put_cpu();
            }
        {|KMEM1004:}|}
        """);

    [Fact]
    public Task User_memory_is_written_under_a_lock() => Verify.CompleteAsync("""
        int Read(device dev, byte* user, nuint n)
        {
            spin_lock(ref dev.lk);
            if ({|KMEM1002:copy_to_user(user, dev.buf, n)|} != 0)
            {
                spin_unlock(ref dev.lk);
                return -EFAULT;
            }
            spin_unlock(ref dev.lk);
            return 0;
        }
        """);

    [Fact]
    public Task A_property_takes_a_mutex_under_a_lock() => Verify.CompleteAsync("""
        sealed class Config { readonly mutex _m = new(); int _v; public int Value { get { mutex_lock(_m); int v = _v; mutex_unlock(_m); return v; } } }
        int Use(Config c) { spin_lock(ref lk); int v = {|KMEM1002:c.Value|}; spin_unlock(ref lk); return v; }
        """);

    [Fact]
    public Task A_mutex_around_a_lock() => Verify.CompleteAsync("""
        int Use(device dev) { mutex_lock(dev.m); spin_lock(ref dev.lk); int n = dev.ring->head; spin_unlock(ref dev.lk); mutex_unlock(dev.m); return n; }
        """);

    [Fact]
    public Task A_buffer_of_vmalloc_is_freed_under_a_lock() => Verify.CompleteAsync("""
        void Clear(device dev) { spin_lock(ref dev.lk); kfree(dev.buf); dev.buf = null; {|KMEM1002:vfree(dev.ring)|}; dev.ring = null; spin_unlock(ref dev.lk); }
        """);

    [Fact]
    public Task A_recursion_under_locks_that_never_sleeps() => Verify.CompleteAsync("""
        void Visit(ring* r) { if (r == null) return; spin_lock(ref r->lk); Visit(r->next); msleepIf(r); spin_unlock(ref r->lk); }
        void msleepIf(ring* r) { if (r->head > 100) Other(); }
        void Other() { }
        """);

    [Fact]
    public Task A_recursion_that_sleeps_before_it_takes_a_lock() => Verify.CompleteAsync("""
        void Visit(ring* r) { if (r == null) return; msleep(1); spin_lock(ref r->lk); {|KMEM1002:Visit(r->next)|}; spin_unlock(ref r->lk); }
        """);

    [Fact]
    public Task Work_that_a_handler_starts_may_sleep() => Verify.CompleteAsync("""
        sealed class Late { readonly work_struct _w = new(); public Late() => INIT_WORK(_w, Run); void Run(work_struct w) { void* p = vmalloc(100); msleep(1); vfree(p); } [AtomicContext] public void Kick() => schedule_work(_w); }
        """);

    [Fact]
    public Task A_timer_waits_for_work() => Verify.CompleteAsync("""
        sealed class Late { readonly work_struct _w = new(); readonly timer_list _t = new(); public Late() { INIT_WORK(_w, _ => msleep(1)); timer_setup(_t, _ => {|KMEM1002:flush_work(_w)|}); } }
        """);

    [Fact]
    public Task A_tasklet_is_awaited_with_soft_interrupts_off() => Verify.CompleteAsync("""
        void Stop(tasklet_struct t) { local_bh_disable(); {|KMEM1002:tasklet_kill(t)|}; local_bh_enable(); }
        """);

    [Fact]
    public Task A_callback_is_run_under_the_lock_of_a_helper() => Verify.CompleteAsync("""
        void Locked(Action body) { spin_lock(ref lk); body(); spin_unlock(ref lk); }
        void Use() { Locked(() => msleep(1)); }
        """);

    [Fact]
    public Task A_guard_keeps_a_reference_to_its_lock() => Verify.CompleteAsync("""
        ref struct Guard { ref spinlock_t _l; [AcquiresSpinlock("_l")] public Guard(ref spinlock_t l) { _l = ref l; spin_lock(ref l); } [ReleasesSpinlock("_l")] public void Dispose() => spin_unlock(ref _l); }
        int Use(device dev) { using (new Guard(ref dev.lk)) { if (dev.buf == null) return -EIO; {|KMEM1002:msleep(1)|}; } msleep(1); return 0; }
        """);

    [Fact]
    public Task Two_elements_of_an_array_of_locks() => Verify.CompleteAsync("""
        void Use(spinlock_t[] locks, int a, int b) { spin_lock(ref locks[a]); if (a != b) spin_lock(ref locks[b]); if (a != b) spin_unlock(ref locks[b]); spin_unlock(ref locks[a]); msleep(1); }
        """);

    [Fact]
    public Task An_element_of_an_array_of_locks_is_taken_twice() => Verify.CompleteAsync("""
        void Use(spinlock_t[] locks, int a) { spin_lock(ref locks[a]); {|KMEM1006:spin_lock(ref locks[a])|}; spin_unlock(ref locks[a]); spin_unlock(ref locks[a]); }
        """);

    [Fact]
    public Task Another_element_of_an_array_of_locks_is_dropped() => Verify.CompleteAsync("""
        void Use(spinlock_t[] locks, int a, int b) { spin_lock(ref locks[a]); spin_unlock(ref locks[b]); {|KMEM1002:msleep(1)|}; }
        """);

    [Fact]
    public Task Elements_with_constant_indices_are_told_apart() => Verify.CompleteAsync("""
        void Use(spinlock_t[] locks) { spin_lock(ref locks[0]); spin_lock(ref locks[1]); spin_unlock(ref locks[1]); {|KMEM1002:msleep(1)|}; spin_unlock(ref locks[0]); msleep(2); }
        """);

    [Fact]
    public Task Two_names_of_one_lock() => Verify.CompleteAsync("""
        void Use(device dev) { ring* r = dev.ring; spin_lock(ref dev.ring->lk); {|KMEM1006:spin_lock(ref r->lk)|}; spin_unlock(ref r->lk); spin_unlock(ref r->lk); }
        """);

    [Fact]
    public Task Two_locks_of_two_objects() => Verify.CompleteAsync("""
        void Use(device a, device b) { spin_lock(ref a.lk); spin_lock(ref b.lk); spin_unlock(ref a.lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref b.lk); msleep(2); }
        """);

    [Fact]
    public Task An_object_has_two_names() => Verify.CompleteAsync("""
        void Use(device a) { device b = a; spin_lock(ref a.lk); {|KMEM1006:spin_lock(ref b.lk)|}; spin_unlock(ref b.lk); spin_unlock(ref a.lk); }
        """);

    [Fact]
    public Task Locks_are_taken_in_order_unless_they_are_one() => Verify.CompleteAsync("""
        void Both(device a, device b) { if (a == b) { spin_lock(ref a.lk); a.ring = b.ring; spin_unlock(ref a.lk); } else { spin_lock(ref a.lk); spin_lock(ref b.lk); a.ring = b.ring; spin_unlock(ref b.lk); spin_unlock(ref a.lk); } }
        """);

    [Fact]
    public Task Locks_up_a_chain_of_parents_one_at_a_time() => Verify.CompleteAsync("""
        void Up(device dev) { for (device d = dev; d.parent != null; d = d.parent) { spin_lock(ref d.lk); d.parent.ring = d.ring; spin_unlock(ref d.lk); } msleep(1); }
        """);

    [Fact]
    public Task Locks_are_handed_over_along_a_list() => Verify.CompleteAsync("""
        void Walk(ring* head) { spin_lock(ref head->lk); ring* r = head; while (r->next != null) { ring* next = r->next; spin_lock(ref next->lk); spin_unlock(ref r->lk); r = next; } spin_unlock(ref r->lk); msleep(1); }
        """);

    [Fact]
    public Task A_spin_lock_is_held_over_a_socket() => Verify.DotNetAsync("""
        using System.Net.Sockets; using System.Threading;
        sealed class StatsdClient
        {
            private SpinLock _lock = new(false);
            private readonly Socket _socket = null!;
            private readonly byte[] _buffer = new byte[100];
            private int _used;
            public void Add(byte b)
            {
                bool taken = false;
                try
                {
                    _lock.Enter(ref taken);
                    _buffer[_used++] = b;
                    if (_used == _buffer.Length)
                    {
                        {|KMEM1002:_socket.Send(_buffer)|};
                        _used = 0;
                    }
                }
                finally
                {
                    if (taken)
                        _lock.Exit();
                }
            }
        }
        """);

    [Fact]
    public Task A_wait_under_a_spin_lock_yields() => Verify.DotNetAsync("""
        using System.Threading;
        struct Latch
        {
            private SpinLock _lock;
            private int _n;
            public void Wait()
            {
                bool taken = false;
                _lock.Enter(ref taken);
                var spin = new SpinWait();
                while (_n > 0)
                    {|KMEM1002:spin.SpinOnce()|};
                _lock.Exit();
            }
            public void Wait2()
            {
                bool taken = false;
                _lock.Enter(ref taken);
                var spin = new SpinWait();
                while (_n > 0)
                    spin.SpinOnce(-1);
                _lock.Exit();
            }
        }
        """);

    [Fact]
    public Task A_full_queue_throws_with_the_lock_held() => Verify.DotNetAsync("""
        using System; using System.Threading;
        sealed class Q
        {
            private SpinLock _lock; private int[] _items = new int[4]; private int _count;
            public void Push(int v)
            {
                bool taken = false;
                _lock.Enter(ref taken);
                if (_count == _items.Length)
                    {|KMEM1004:throw|} new InvalidOperationException("full");
                _items[_count++] = v;
                _lock.Exit();
            }
        }
        """);

    [Fact]
    public Task A_spin_lock_is_held_over_an_await() => Verify.DotNetAsync("""
        using System.Threading; using System.Threading.Tasks;
        sealed class F { private SpinLock _l; public async Task Run() { bool t = false; _l.Enter(ref t); {|KMEM1002:await|} Task.Delay(1); _l.Exit(); } }
        """);
}
