using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>A check that was missing leaves nothing behind that the method held: all rules look at what the fix has made.</summary>
public class MissingNullCheckCleanupTests
{
    [Fact]
    public Task As_the_checks_in_front_release_before_they_return() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            byte* c = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:c|}[0] = 1;
            dev->buf = a;
            dev->tx = b;
            dev->rx = c;
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            byte* c = (byte*)kmalloc(n, GFP_KERNEL);
            if (c == null)
            {
                kfree(b);
                kfree(a);
                return -ENOMEM;
            }
            c[0] = 1;
            dev->buf = a;
            dev->tx = b;
            dev->rx = c;
            return 0;
        }
        """);

    [Fact]
    public Task What_would_be_handed_on_is_released_where_no_other_check_shows_how() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            dev->buf = a;
            dev->tx = b;
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            b[0] = 1;
            dev->buf = a;
            dev->tx = b;
            return 0;
        }
        """);

    [Fact]
    public Task To_the_label_that_unlocks_with_what_only_success_hands_on_released_before() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            int ret = 0;
            byte* a;
            byte* b;
            spin_lock(ref dev->lk);
            a = (byte*)kmalloc(n, GFP_ATOMIC);
            if (a == null)
            {
                ret = -ENOMEM;
                goto out_unlock;
            }
            b = (byte*)kmalloc(n, GFP_ATOMIC);
            {|KMEM2001:b|}[0] = 1;
            dev->buf = a;
            dev->tx = b;
        out_unlock:
            spin_unlock(ref dev->lk);
            return ret;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            int ret = 0;
            byte* a;
            byte* b;
            spin_lock(ref dev->lk);
            a = (byte*)kmalloc(n, GFP_ATOMIC);
            if (a == null)
            {
                ret = -ENOMEM;
                goto out_unlock;
            }
            b = (byte*)kmalloc(n, GFP_ATOMIC);
            if (b == null)
            {
                kfree(a);
                ret = -ENOMEM;
                goto out_unlock;
            }
            b[0] = 1;
            dev->buf = a;
            dev->tx = b;
        out_unlock:
            spin_unlock(ref dev->lk);
            return ret;
        }
        """);

    [Fact]
    public Task Not_to_a_label_that_releases_what_could_not_be_had() => Verify("""
        int Open(Dev* dev, kmem_cache cache)
        {
            byte* b;
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            b = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            if (dev->n == 0)
                goto fail;
            dev->buf = a;
            dev->tx = b;
            return 0;
        fail:
            kmem_cache_free(cache, b);
            kfree(a);
            return -EIO;
        }
        """, """
        int Open(Dev* dev, kmem_cache cache)
        {
            byte* b;
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            b = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            b[0] = 1;
            if (dev->n == 0)
                goto fail;
            dev->buf = a;
            dev->tx = b;
            return 0;
        fail:
            kmem_cache_free(cache, b);
            kfree(a);
            return -EIO;
        }
        """);

    [Fact]
    public Task Not_to_a_label_that_reads_what_could_not_be_had() => Verify("""
        Node* Make(Dev* dev)
        {
            Node* b;
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return null;
            b = (Node*)kzalloc((nuint)sizeof(Node), GFP_KERNEL);
            {|KMEM2001:b|}->v = 1;
            if (dev->n == 0)
                goto fail;
            b->data = a;
            return b;
        fail:
            dev->n = b->v;
            kfree(b);
            kfree(a);
            return null;
        }
        """, """
        Node* Make(Dev* dev)
        {
            Node* b;
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return null;
            b = (Node*)kzalloc((nuint)sizeof(Node), GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return null;
            }
            b->v = 1;
            if (dev->n == 0)
                goto fail;
            b->data = a;
            return b;
        fail:
            dev->n = b->v;
            kfree(b);
            kfree(a);
            return null;
        }
        """);

    [Fact]
    public Task The_lock_that_each_other_way_out_drops_for_itself() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            spin_lock(ref dev->lk);
            byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
            {|KMEM2001:a|}[0] = 1;
            if (dev->n == 0)
            {
                dev->buf = a;
                spin_unlock(ref dev->lk);
                return 0;
            }
            else
            {
                dev->tx = a;
                spin_unlock(ref dev->lk);
                return 1;
            }
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            spin_lock(ref dev->lk);
            byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
            if (a == null)
            {
                spin_unlock(ref dev->lk);
                return -ENOMEM;
            }
            a[0] = 1;
            if (dev->n == 0)
            {
                dev->buf = a;
                spin_unlock(ref dev->lk);
                return 0;
            }
            else
            {
                dev->tx = a;
                spin_unlock(ref dev->lk);
                return 1;
            }
        }
        """);

    [Fact]
    public Task The_lock_that_was_tried_in_a_condition() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            if (!spin_trylock(ref dev->lk))
                return -EBUSY;
            byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
            {|KMEM2001:a|}[0] = 1;
            dev->buf = a;
            spin_unlock(ref dev->lk);
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            if (!spin_trylock(ref dev->lk))
                return -EBUSY;
            byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
            if (a == null)
            {
                spin_unlock(ref dev->lk);
                return -ENOMEM;
            }
            a[0] = 1;
            dev->buf = a;
            spin_unlock(ref dev->lk);
            return 0;
        }
        """);

    [Fact]
    public Task The_mutex_that_no_contract_speaks_of() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            mutex_lock(m);
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:a|}[0] = 1;
            dev->buf = a;
            mutex_unlock(m);
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            mutex_lock(m);
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
            {
                mutex_unlock(m);
                return -ENOMEM;
            }
            a[0] = 1;
            dev->buf = a;
            mutex_unlock(m);
            return 0;
        }
        """);

    [Fact]
    public Task The_page_that_is_mapped() => Verify("""
        int Open(page* pg, Dev* dev)
        {
            byte* map = (byte*)kmap(pg);
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            {|KMEM2001:a|}[0] = map[0];
            kunmap(pg);
            dev->buf = a;
            return 0;
        }
        """, """
        int Open(page* pg, Dev* dev)
        {
            byte* map = (byte*)kmap(pg);
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
            {
                kunmap(pg);
                return -ENOMEM;
            }
            a[0] = map[0];
            kunmap(pg);
            dev->buf = a;
            return 0;
        }
        """);

    [Fact]
    public Task What_finally_does_not_release() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            spin_lock(ref dev->lk);
            try
            {
                byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
                if (a == null)
                    return -ENOMEM;
                byte* b = (byte*)kmalloc(n, GFP_ATOMIC);
                if (b == null)
                {
                    kfree(a);
                    return -ENOMEM;
                }
                byte* c = (byte*)kmalloc(n, GFP_ATOMIC);
                {|KMEM2001:c|}[0] = 1;
                dev->buf = a;
                dev->tx = b;
                dev->rx = c;
                return 0;
            }
            finally
            {
                spin_unlock(ref dev->lk);
            }
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            spin_lock(ref dev->lk);
            try
            {
                byte* a = (byte*)kmalloc(n, GFP_ATOMIC);
                if (a == null)
                    return -ENOMEM;
                byte* b = (byte*)kmalloc(n, GFP_ATOMIC);
                if (b == null)
                {
                    kfree(a);
                    return -ENOMEM;
                }
                byte* c = (byte*)kmalloc(n, GFP_ATOMIC);
                if (c == null)
                {
                    kfree(b);
                    kfree(a);
                    return -ENOMEM;
                }
                c[0] = 1;
                dev->buf = a;
                dev->tx = b;
                dev->rx = c;
                return 0;
            }
            finally
            {
                spin_unlock(ref dev->lk);
            }
        }
        """);

    [Fact]
    public Task In_a_loop_what_its_label_does_not_know_of_yet() => Verify("""
        Node* Build(int count)
        {
            Node* head = null;
            for (int i = 0; i < count; i++)
            {
                Node* node = (Node*)kmalloc((nuint)sizeof(Node), GFP_KERNEL);
                if (node == null)
                    goto fail;
                node->data = (byte*)kmalloc(16, GFP_KERNEL);
                {|KMEM2001:node->data|}[0] = 1;
                node->v = i;
                node->next = head;
                head = node;
            }
            return head;
        fail:
            while (head != null)
            {
                Node* next = head->next;
                kfree(head->data);
                kfree(head);
                head = next;
            }
            return null;
        }
        """, """
        Node* Build(int count)
        {
            Node* head = null;
            for (int i = 0; i < count; i++)
            {
                Node* node = (Node*)kmalloc((nuint)sizeof(Node), GFP_KERNEL);
                if (node == null)
                    goto fail;
                node->data = (byte*)kmalloc(16, GFP_KERNEL);
                if (node->data == null)
                {
                    kfree(node);
                    goto fail;
                }
                node->data[0] = 1;
                node->v = i;
                node->next = head;
                head = node;
            }
            return head;
        fail:
            while (head != null)
            {
                Node* next = head->next;
                kfree(head->data);
                kfree(head);
                head = next;
            }
            return null;
        }
        """);

    [Fact]
    public Task What_a_round_of_a_loop_holds_where_the_next_one_begins() => Verify("""
        int Fill(Dev** devs, int count)
        {
            for (int i = 0; i < count; i++)
            {
                byte* p = (byte*)kmalloc(16, GFP_KERNEL);
                if (p == null)
                    continue;
                byte* q = (byte*)kmalloc(16, GFP_KERNEL);
                {|KMEM2001:q|}[0] = 1;
                devs[i]->buf = p;
                devs[i]->tx = q;
            }
            return 0;
        }
        """, """
        int Fill(Dev** devs, int count)
        {
            for (int i = 0; i < count; i++)
            {
                byte* p = (byte*)kmalloc(16, GFP_KERNEL);
                if (p == null)
                    continue;
                byte* q = (byte*)kmalloc(16, GFP_KERNEL);
                if (q == null)
                {
                    kfree(p);
                    continue;
                }
                q[0] = 1;
                devs[i]->buf = p;
                devs[i]->tx = q;
            }
            return 0;
        }
        """);

    [Fact]
    public Task What_is_held_around_a_loop_is_kept_where_only_the_loop_ends() => Verify("""
        int Fill(Dev** devs, int count)
        {
            byte* table = (byte*)kmalloc(16, GFP_KERNEL);
            if (table == null)
                return -ENOMEM;
            for (int i = 0; i < count; i++)
            {
                byte* q = (byte*)kmalloc(16, GFP_KERNEL);
                if (q == null)
                    break;
                byte* p = (byte*)kmalloc(16, GFP_KERNEL);
                {|KMEM2001:p|}[0] = table[i];
                devs[i]->buf = p;
                devs[i]->tx = q;
            }
            held = table;
            return 0;
        }
        """, """
        int Fill(Dev** devs, int count)
        {
            byte* table = (byte*)kmalloc(16, GFP_KERNEL);
            if (table == null)
                return -ENOMEM;
            for (int i = 0; i < count; i++)
            {
                byte* q = (byte*)kmalloc(16, GFP_KERNEL);
                if (q == null)
                    break;
                byte* p = (byte*)kmalloc(16, GFP_KERNEL);
                if (p == null)
                {
                    kfree(q);
                    break;
                }
                p[0] = table[i];
                devs[i]->buf = p;
                devs[i]->tx = q;
            }
            held = table;
            return 0;
        }
        """);

    [Fact]
    public Task A_struct_with_what_is_kept_in_it() => Verify("""
        Dev* Create(nuint n)
        {
            Dev* dev = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (dev == null)
                return null;
            dev->buf = (byte*)kmalloc(n, GFP_KERNEL);
            if (dev->buf == null)
            {
                kfree(dev);
                return null;
            }
            dev->tx = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:dev->tx|}[0] = 1;
            return dev;
        }
        """, """
        Dev* Create(nuint n)
        {
            Dev* dev = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (dev == null)
                return null;
            dev->buf = (byte*)kmalloc(n, GFP_KERNEL);
            if (dev->buf == null)
            {
                kfree(dev);
                return null;
            }
            dev->tx = (byte*)kmalloc(n, GFP_KERNEL);
            if (dev->tx == null)
            {
                kfree(dev->buf);
                kfree(dev);
                return null;
            }
            dev->tx[0] = 1;
            return dev;
        }
        """);

    [Fact]
    public Task With_the_pool_it_came_from() => Verify("""
        int Open(Dev* dev, kmem_cache cache)
        {
            byte* a = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            dev->buf = a;
            dev->tx = b;
            return 0;
        }
        """, """
        int Open(Dev* dev, kmem_cache cache)
        {
            byte* a = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            byte* b = (byte*)kmem_cache_alloc(cache, GFP_KERNEL);
            if (b == null)
            {
                kmem_cache_free(cache, a);
                return -ENOMEM;
            }
            b[0] = 1;
            dev->buf = a;
            dev->tx = b;
            return 0;
        }
        """);

    [Fact]
    public Task By_the_variable_that_holds_it_now() => Verify("""
        int Open(Dev* dev)
        {
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            byte* first = p;
            p = (byte*)kmalloc(8, GFP_KERNEL);
            {|KMEM2001:p|}[0] = 1;
            dev->buf = first;
            dev->tx = p;
            return 0;
        }
        """, """
        int Open(Dev* dev)
        {
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            byte* first = p;
            p = (byte*)kmalloc(8, GFP_KERNEL);
            if (p == null)
            {
                kfree(first);
                return -ENOMEM;
            }
            p[0] = 1;
            dev->buf = first;
            dev->tx = p;
            return 0;
        }
        """);

    [Fact]
    public Task What_may_be_there_by_a_release_that_takes_null() => Verify("""
        int Open(Dev* dev, nuint n, bool big)
        {
            byte* a = null;
            if (big)
            {
                a = (byte*)kmalloc(n, GFP_KERNEL);
                if (a == null)
                    return -ENOMEM;
            }
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            kfree(a);
            kfree(b);
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n, bool big)
        {
            byte* a = null;
            if (big)
            {
                a = (byte*)kmalloc(n, GFP_KERNEL);
                if (a == null)
                    return -ENOMEM;
            }
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            b[0] = 1;
            kfree(a);
            kfree(b);
            return 0;
        }
        """);

    [Fact]
    public Task Nothing_that_has_been_handed_on() => Verify("""
        int Open(Dev* dev)
        {
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            dev->buf = a;
            byte* b = (byte*)kmalloc(8, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            dev->tx = b;
            return 0;
        }
        """, """
        int Open(Dev* dev)
        {
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            dev->buf = a;
            byte* b = (byte*)kmalloc(8, GFP_KERNEL);
            if (b == null)
                return -ENOMEM;
            b[0] = 1;
            dev->tx = b;
            return 0;
        }
        """);

    [Fact]
    public Task Each_check_of_several_releases_what_those_in_front_of_it_got() => Verify("""
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:a|}[0] = 1;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            byte* c = (byte*)kmalloc(n, GFP_KERNEL);
            {|KMEM2001:c|}[0] = 1;
            dev->buf = a;
            dev->tx = b;
            dev->rx = c;
            return 0;
        }
        """, """
        int Open(Dev* dev, nuint n)
        {
            byte* a = (byte*)kmalloc(n, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            a[0] = 1;
            byte* b = (byte*)kmalloc(n, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                return -ENOMEM;
            }
            b[0] = 1;
            byte* c = (byte*)kmalloc(n, GFP_KERNEL);
            if (c == null)
            {
                kfree(b);
                kfree(a);
                return -ENOMEM;
            }
            c[0] = 1;
            dev->buf = a;
            dev->tx = b;
            dev->rx = c;
            return 0;
        }
        """);

    [Fact]
    public Task Before_an_exception_too() => Verify("""
        byte* one, two;
        C(int n)
        {
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                throw new OutOfMemoryException();
            byte* b = (byte*)kmalloc(8, GFP_KERNEL);
            {|KMEM2001:b|}[0] = 1;
            one = a;
            two = b;
        }
        """, """
        byte* one, two;
        C(int n)
        {
            byte* a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                throw new OutOfMemoryException();
            byte* b = (byte*)kmalloc(8, GFP_KERNEL);
            if (b == null)
            {
                kfree(a);
                throw new OutOfMemoryException();
            }
            b[0] = 1;
            one = a;
            two = b;
        }
        """);

    [Fact]
    public Task By_the_methods_helper_where_one_release_would_lose_what_is_inside() => Verify("""
        static Dev* DevNew()
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null)
                return null;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null)
            {
                kfree(d);
                return null;
            }
            return d;
        }
        static void DevFree(Dev* d)
        {
            kfree(d->tx);
            kfree(d->rx);
            kfree(d->buf);
            kfree(d);
        }
        Dev* Probe2()
        {
            Dev* dev = DevNew();
            if (dev == null)
                return null;
            dev->tx = (byte*)kmalloc(8, GFP_KERNEL);
            if (dev->tx == null)
            {
                DevFree(dev);
                return null;
            }
            dev->rx = (byte*)kmalloc(8, GFP_KERNEL);
            {|KMEM2001:dev->rx|}[0] = 1;
            return dev;
        }
        """, """
        static Dev* DevNew()
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null)
                return null;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null)
            {
                kfree(d);
                return null;
            }
            return d;
        }
        static void DevFree(Dev* d)
        {
            kfree(d->tx);
            kfree(d->rx);
            kfree(d->buf);
            kfree(d);
        }
        Dev* Probe2()
        {
            Dev* dev = DevNew();
            if (dev == null)
                return null;
            dev->tx = (byte*)kmalloc(8, GFP_KERNEL);
            if (dev->tx == null)
            {
                DevFree(dev);
                return null;
            }
            dev->rx = (byte*)kmalloc(8, GFP_KERNEL);
            if (dev->rx == null)
            {
                DevFree(dev);
                return null;
            }
            dev->rx[0] = 1;
            return dev;
        }
        """);

    private static Task Verify(string members, string mended) =>
        FixTest.VerifyCompleteAsync<MissingNullCheckCodeFixProvider>(Driver(members), Driver(mended));

    private static string Driver(string members) => $$"""
        #nullable enable
        using System;
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe struct Dev { public byte* buf; public byte* tx; public byte* rx; public spinlock_t lk; public int n; }
        unsafe struct Node { public Node* next; public int v; public byte* data; }

        unsafe class C
        {
            static readonly mutex m = new();
            static byte* held;

        {{members}}
        }
        """;
}
