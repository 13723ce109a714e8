using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>What scripts over the kernel's sources look for, in drivers written for it.</summary>
public class DriverPatternTests
{
    [Fact]
    public Task A_helper_takes_the_lock_that_a_walk_over_parents_still_holds() => Verify.MembersAsync("""
        void Grab(device d) { spin_lock(ref d.lk); }
        void Walk(device first)
        {
            spin_lock(ref first.lk);
            for (device? d = first.parent; d != null; d = d.parent)
            {
                spin_lock(ref d.lk);
                d.flags = GFP_KERNEL;
                spin_unlock(ref d.lk);
            }
            {|KMEM1006:Grab(first)|};
            spin_unlock(ref first.lk);
            spin_unlock(ref first.lk);
        }
        """);

    [Fact]
    public Task A_retry_takes_the_lock_again_without_having_dropped_it() => Verify.MembersAsync("""
        int Send(device dev, int tries)
        {
        retry:
            {|KMEM1006:spin_lock(ref dev.lk)|};
            if (dev.buf == null)
            {
                if (tries-- > 0)
                    goto retry;
                spin_unlock(ref dev.lk);
                return -EIO;
            }
            spin_unlock(ref dev.lk);
            return 0;
        }
        """);

    [Fact]
    public Task A_retry_that_drops_the_lock_first() => Verify.CompleteAsync("""
        int Send(device dev, int tries)
        {
        retry:
            spin_lock(ref dev.lk);
            if (dev.buf == null)
            {
                spin_unlock(ref dev.lk);
                if (tries-- > 0)
                    goto retry;
                return -EIO;
            }
            spin_unlock(ref dev.lk);
            return 0;
        }
        """);

    [Fact]
    public Task The_default_case_of_a_command_forgets_the_lock() => Verify.CompleteAsync("""
        int Ioctl(device dev, uint cmd, int* arg)
        {
            int result = 0;
            spin_lock(ref dev.lk);
            switch (cmd)
            {
                case 1:
                    result = dev.ring->head;
                    break;
                case 2:
                    dev.ring->head = *arg;
                    break;
                default:
                    {|KMEM1004:return|} -EINVAL;
            }
            spin_unlock(ref dev.lk);
            return result;
        }
        """);

    [Fact]
    public Task The_result_of_a_check_is_returned_with_the_lock_held() => Verify.CompleteAsync("""
        static int Check(ring* r) => r->head < 0 ? -EINVAL : 0;
        int Push(device dev, byte value)
        {
            spin_lock_irqsave(ref dev.lk, out nuint flags);
            int error = Check(dev.ring);
            if (error != 0)
                {|KMEM1004:return|} error;
            dev.ring->buf[dev.ring->head++] = value;
            spin_unlock_irqrestore(ref dev.lk, flags);
            return 0;
        }
        """);

    [Fact]
    public Task A_search_returns_out_of_its_loop_with_the_lock_held() => Verify.CompleteAsync("""
        ring* Find(device dev, int wanted)
        {
            spin_lock(ref dev.lk);
            for (ring* r = dev.ring; r != null; r = r->next)
            {
                if (r->head == wanted)
                    {|KMEM1004:return|} r;
            }
            spin_unlock(ref dev.lk);
            return null;
        }
        """);

    [Fact]
    public Task A_search_leaves_its_loop_and_drops_the_lock() => Verify.CompleteAsync("""
        ring* Find(device dev, int wanted)
        {
            ring* r;
            spin_lock(ref dev.lk);
            for (r = dev.ring; r != null; r = r->next)
            {
                if (r->head == wanted)
                    break;
            }
            spin_unlock(ref dev.lk);
            return r;
        }
        """);

    [Fact]
    public Task A_buffer_of_vmalloc_in_a_field_is_released_by_kfree() => Verify.CompleteAsync("""
        int Init(device dev, nuint n)
        {
            dev.buf = (byte*)vmalloc(n);
            if (dev.buf == null)
                return -ENOMEM;
            if (n > 4096)
            {
                kfree({|KMEM2002:dev.buf|});
                dev.buf = null;
                return -EINVAL;
            }
            return 0;
        }
        """);

    [Fact]
    public Task A_buffer_of_kvmalloc_is_released_by_kfree() => Verify.CompleteAsync("""
        int Load(nuint n)
        {
            byte* p = (byte*)kvmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            p[0] = 1;
            kfree({|KMEM2002:p|});
            return 0;
        }
        """);

    [Fact]
    public Task A_buffer_of_either_kind_is_released_by_kvfree() => Verify.CompleteAsync("""
        int Load(nuint n, bool big)
        {
            void* p = big ? vmalloc(n) : kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            memset(p, 1, n);
            kvfree(p);
            return 0;
        }
        """);

    [Fact]
    public Task A_message_about_a_ring_reads_it_after_it_was_freed() => Verify.CompleteAsync("""
        void Release(ring* r)
        {
            kfree(r->buf);
            kfree(r);
            printk("freed ring " + {|KMEM2004:r|}->head);
        }
        """);

    [Fact]
    public Task A_walk_over_a_list_reads_the_link_of_what_it_has_just_freed() => Verify.CompleteAsync("""
        void Drain(device dev)
        {
            for (ring* r = dev.ring; r != null; r = {|KMEM2004:r|}->next)
            {
                kfree(r->buf);
                kfree(r);
            }
            dev.ring = null;
        }
        """);

    [Fact]
    public Task A_walk_over_a_list_keeps_the_link_before_it_frees() => Verify.CompleteAsync("""
        void Drain(device dev)
        {
            ring* next;
            for (ring* r = dev.ring; r != null; r = next)
            {
                next = r->next;
                kfree(r->buf);
                kfree(r);
            }
            dev.ring = null;
        }
        """);

    [Fact]
    public Task A_constructor_like_helper_allocates_under_the_lock() => Verify.CompleteAsync("""
        ring* NewRing()
        {
            ring* r = (ring*)kzalloc((nuint)sizeof(ring), GFP_KERNEL);
            if (r != null)
                r->head = 1;
            return r;
        }
        int Add(device dev)
        {
            spin_lock(ref dev.lk);
            ring* r = {|KMEM1002:NewRing()|};
            if (r == null)
            {
                spin_unlock(ref dev.lk);
                return -ENOMEM;
            }
            r->next = dev.ring;
            dev.ring = r;
            spin_unlock(ref dev.lk);
            return 0;
        }
        """);

    [Fact]
    public Task A_copy_is_allocated_with_interrupts_disabled() => Verify.CompleteAsync("""
        int Snapshot(device dev, byte* to, nuint n)
        {
            local_irq_save(out nuint flags);
            byte* copy = (byte*)kmemdup(dev.buf, n, {|KMEM1001:GFP_KERNEL|});
            local_irq_restore(flags);
            if (copy == null)
                return -ENOMEM;
            memcpy(to, copy, n);
            kfree(copy);
            return 0;
        }
        """);

    [Fact]
    public Task Two_locks_save_the_interrupt_state_in_one_variable() => Verify.CompleteAsync("""
        void Move(device a, device b)
        {
            spin_lock_irqsave(ref a.lk, out nuint flags);
            {|KMEM1006:spin_lock_irqsave(ref b.lk, out flags)|};
            b.ring = a.ring;
            a.ring = null;
            spin_unlock_irqrestore(ref b.lk, flags);
            spin_unlock_irqrestore(ref a.lk, flags);
        }
        """);

    [Fact]
    public Task Two_locks_save_the_interrupt_state_in_two_variables() => Verify.CompleteAsync("""
        void Move(device a, device b)
        {
            spin_lock_irqsave(ref a.lk, out nuint flags);
            spin_lock_irqsave(ref b.lk, out nuint inner);
            b.ring = a.ring;
            a.ring = null;
            spin_unlock_irqrestore(ref b.lk, inner);
            spin_unlock_irqrestore(ref a.lk, flags);
        }
        """);

    [Fact]
    public Task The_address_of_a_field_is_freed() => Verify.CompleteAsync("""
        void Bad(ring* r)
        {
            kfree({|KMEM2006:&r->head|});
        }
        """);

    [Fact]
    public Task A_check_in_front_of_kfree_is_needless() => Verify.CompleteAsync("""
        void Good(device dev)
        {
            {|KMEM2011:if (dev.buf != null)|}
                kfree(dev.buf);
            dev.buf = null;
        }
        """);

    [Fact]
    public Task A_ring_is_cleared_right_after_its_allocation() => Verify.CompleteAsync("""
        ring* Make()
        {
            ring* r = (ring*){|KMEM4004:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|};
            if (r == null)
                return null;
            memset(r, 0, (nuint)sizeof(ring));
            return r;
        }
        """);

    [Fact]
    public Task A_buffer_is_filled_by_one_copy_right_after_its_allocation() => Verify.CompleteAsync("""
        byte* Copy(byte* from, nuint n)
        {
            byte* to = (byte*){|KMEM4009:kmalloc(n, GFP_KERNEL)|};
            if (to == null)
                return null;
            memcpy(to, from, n);
            return to;
        }
        """);

    [Fact]
    public Task A_buffer_with_room_for_an_end_mark_is_filled_by_one_copy() => Verify.CompleteAsync("""
        byte* Copy(byte* from, nuint n)
        {
            byte* to = (byte*)kmalloc(n + 1, GFP_KERNEL);
            if (to == null)
                return null;
            memcpy(to, from, n);
            to[n] = 0;
            return to;
        }
        """);

    [Fact]
    public Task A_table_is_sized_by_a_product() => Verify.CompleteAsync("""
        int* Table(int n)
        {
            return (int*)kmalloc({|KMEM4003:(nuint)n * sizeof(int)|}, GFP_KERNEL);
        }
        """);

    [Fact]
    public Task A_ring_gets_the_size_of_a_pointer() => Verify.CompleteAsync("""
        ring* Make()
        {
            return (ring*)kzalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL);
        }
        """);

    [Fact]
    public Task A_table_of_pointers_gets_the_size_of_a_pointer_each() => Verify.CompleteAsync("""
        ring** Make(nuint n)
        {
            return (ring**)kcalloc(n, (nuint)sizeof(ring*), GFP_KERNEL);
        }
        """);

    [Fact]
    public Task A_page_stays_mapped_where_there_is_nowhere_to_copy_to() => Verify.CompleteAsync("""
        int CopyPage(page* p, byte* to)
        {
            byte* from = (byte*)kmap(p);
            if (to == null)
                {|KMEM2010:return|} -EINVAL;
            memcpy(to, from, 4096);
            kunmap(p);
            return 0;
        }
        """);

    [Fact]
    public Task A_scratch_buffer_is_forgotten_by_the_common_error_exit() => Verify.CompleteAsync("""
        int Probe(device dev)
        {
            int error;
            dev.ring = (ring*)kzalloc((nuint)sizeof(ring), GFP_KERNEL);
            if (dev.ring == null)
                return -ENOMEM;
            byte* scratch = (byte*)kmalloc(256, GFP_KERNEL);
            if (scratch == null)
            {
                error = -ENOMEM;
                goto free_ring;
            }
            scratch[0] = 1;
            dev.ring->buf = (byte*)kmalloc(128, GFP_KERNEL);
            if (dev.ring->buf == null)
            {
                error = -ENOMEM;
                goto free_ring;
            }
            kfree(scratch);
            return 0;
        free_ring:
            kfree(dev.ring);
            dev.ring = null;
            {|KMEM2005:return|} error;
        }
        """);

    [Fact]
    public Task The_error_message_reads_what_could_not_be_allocated() => Verify.CompleteAsync("""
        int Probe(device dev)
        {
            ring* r = (ring*)kzalloc((nuint)sizeof(ring), GFP_KERNEL);
            if (r == null)
            {
                printk("no ring for head " + {|KMEM2001:r|}->head);
                return -ENOMEM;
            }
            dev.ring = r;
            return 0;
        }
        """);

    [Fact]
    public Task The_pointer_that_was_checked_before_is_checked_again_instead_of_the_new_one() => Verify.CompleteAsync("""
        int Probe(device dev)
        {
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            {|KMEM2001:b|}[0] = a[0];
            kfree(a);
            kfree(b);
            return 0;
        }
        """);

    [Fact]
    public Task A_scratch_buffer_is_forgotten_by_continue() => Verify.CompleteAsync("""
        int Count(device dev)
        {
            int n = 0;
            for (int i = 0; i < 4; i++)
            {
                byte* tmp = (byte*)kmalloc(64, GFP_KERNEL);
                if (tmp == null)
                    continue;
                tmp[0] = (byte)i;
                if (tmp[0] > 2)
                    continue;
                n += tmp[0];
                kfree(tmp);
            {|KMEM2005:}|}
            return n;
        }
        """);

    [Fact]
    public Task A_buffer_grows_in_place_of_its_only_pointer() => Verify.CompleteAsync("""
        int Grow(device dev, nuint n)
        {
            {|KMEM2009:dev.buf = (byte*)krealloc(dev.buf, n, GFP_KERNEL)|};
            if (dev.buf == null)
                return -ENOMEM;
            dev.buf[n - 1] = 0;
            return 0;
        }
        """);

    [Fact]
    public Task A_try_lock_that_fails_may_sleep() => Verify.CompleteAsync("""
        void* Alloc(device dev)
        {
            if (!spin_trylock(ref dev.lk))
                return kmalloc(8, GFP_KERNEL);
            void* p = kmalloc(8, GFP_ATOMIC);
            spin_unlock(ref dev.lk);
            return p;
        }
        """);

    [Fact]
    public Task Flags_are_passed_on_and_extended_on_their_way() => Verify.CompleteAsync("""
        static void* Get(nuint n, gfp_t gfp) => kzalloc(n, gfp | __GFP_NOWARN);
        void* Fill(device dev)
        {
            spin_lock(ref dev.lk);
            void* p = Get(8, GFP_ATOMIC);
            void* q = Get(8, {|KMEM1001:GFP_NOFS|});
            spin_unlock(ref dev.lk);
            kfree(p);
            return q;
        }
        """);

    [Fact]
    public Task An_error_path_frees_and_jumps_to_where_it_is_freed_again() => Verify.CompleteAsync("""
        int Start(device dev, int n)
        {
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            if (n == 1)
            {
                kfree(p);
                goto fail;
            }
            p[0] = (byte)n;
            if (n == 2)
                goto fail;
            kfree(p);
            return 0;
        fail:
            kfree({|KMEM2003:p|});
            return -EINVAL;
        }
        """);

    [Fact]
    public Task A_kernel_stops_where_there_is_no_memory() => Verify.CompleteAsync("""
        byte First()
        {
            byte* p = (byte*)kzalloc(8, GFP_KERNEL);
            BUG_ON(p == null);
            byte first = *p;
            kfree(p);
            return first;
        }
        """);

    [Fact]
    public Task A_warning_gives_its_condition_back() => Verify.CompleteAsync("""
        byte First()
        {
            byte* p = (byte*)kzalloc(8, GFP_KERNEL);
            if (WARN_ON(p == null))
                return 0;
            byte first = *p;
            kfree(p);
            return first;
        }
        """);
}
