using System.Reflection;
using Kmem.Annotations;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>Analyzers and runtime read the same contracts: every member of the face that says whether it sleeps is called under a spin lock.</summary>
public unsafe class ContractTests
{
    private static readonly kmem_cache s_cache = kmem_cache_create("contracts", 64, 0, 0, null)!;
    private static readonly mempool_t s_pool = mempool_create_slab_pool(1, s_cache)!;
    private static readonly page* s_page = alloc_page(GFP_KERNEL);
    private static readonly tasklet_struct s_tasklet = MakeTasklet();
    private static readonly timer_list s_timer = MakeTimer();
    private static readonly work_struct s_work = MakeWork();

    private static readonly Dictionary<string, Action<gfp_t>> s_calls = new()
    {
        ["alloc_pages"] = flags => __free_page(alloc_pages(flags, 0)),
        ["alloc_page"] = flags => __free_page(alloc_page(flags)),
        ["alloc_pages_node"] = flags => __free_page(alloc_pages_node(0, flags, 0)),
        ["__get_free_pages"] = flags => free_page(__get_free_pages(flags, 0)),
        ["__get_free_page"] = flags => free_page(__get_free_page(flags)),
        ["get_zeroed_page"] = flags => free_page(get_zeroed_page(flags)),
        ["__free_pages"] = _ => __free_pages(alloc_page(GFP_ATOMIC), 0),
        ["__free_page"] = _ => __free_page(alloc_page(GFP_ATOMIC)),
        ["free_hot_page"] = _ => free_hot_page(alloc_page(GFP_ATOMIC)),
        ["free_pages"] = _ => free_pages(__get_free_pages(GFP_ATOMIC, 1), 1),
        ["free_page"] = _ => free_page(__get_free_page(GFP_ATOMIC)),
        ["kmalloc"] = flags => kfree(kmalloc(100, flags)),
        ["kzalloc"] = flags => kfree(kzalloc(100, flags)),
        ["kmalloc_array"] = flags => kfree(kmalloc_array(3, 100, flags)),
        ["kcalloc"] = flags => kfree(kcalloc(3, 100, flags)),
        ["krealloc"] = flags => kfree(krealloc(kmalloc(100, GFP_ATOMIC), 1000, flags)),
        ["kmemdup"] = flags => Duplicate(flags),
        ["kfree"] = _ => kfree(kmalloc(100, GFP_ATOMIC)),
        ["kfree_sensitive"] = _ => kfree_sensitive(kmalloc(100, GFP_ATOMIC)),
        ["kfree_rcu"] = _ => kfree_rcu(kmalloc(100, GFP_ATOMIC)),
        ["kmem_cache_create"] = _ => kmem_cache_create("", 1, 0, 0, null),
        ["kmem_cache_destroy"] = _ => kmem_cache_destroy(null),
        ["kmem_cache_shrink"] = _ => kmem_cache_shrink(s_cache),
        ["kmem_cache_alloc"] = flags => kmem_cache_free(s_cache, kmem_cache_alloc(s_cache, flags)),
        ["kmem_cache_zalloc"] = flags => kmem_cache_free(s_cache, kmem_cache_zalloc(s_cache, flags)),
        ["kmem_cache_free"] = _ => kmem_cache_free(s_cache, kmem_cache_alloc(s_cache, GFP_ATOMIC)),
        ["kmem_cache_alloc_bulk"] = flags => Bulk(flags),
        ["kmem_cache_free_bulk"] = _ => Bulk(GFP_ATOMIC),
        ["mempool_create_slab_pool"] = _ => mempool_destroy(mempool_create_slab_pool(1, s_cache)),
        ["mempool_alloc"] = flags => mempool_free(mempool_alloc(s_pool, flags), s_pool),
        ["mempool_free"] = _ => mempool_free(mempool_alloc(s_pool, GFP_ATOMIC), s_pool),
        ["mempool_destroy"] = _ => mempool_destroy(null),
        ["vmalloc"] = _ => vfree_atomic(vmalloc(1)),
        ["vzalloc"] = _ => vfree_atomic(vzalloc(1)),
        ["vfree"] = _ => vfree(null),
        ["vfree_atomic"] = _ => vfree_atomic(null),
        ["vmap"] = _ => vmap(null, 0),
        ["vunmap"] = _ => vunmap(null),
        ["kvmalloc"] = _ => kfree(kvmalloc(1, GFP_ATOMIC)),
        ["kvzalloc"] = _ => kfree(kvzalloc(1, GFP_ATOMIC)),
        ["kvfree"] = _ => kvfree(null),
        ["kmap"] = _ => kmap(s_page),
        ["kunmap"] = _ => kunmap(s_page),
        ["dma_alloc_coherent"] = flags => dma_alloc_coherent(new device("contract"), 1, out _, flags),
        ["dma_free_coherent"] = _ => dma_free_coherent(new device("contract"), 1, s_page, default),
        ["ioremap"] = _ => ioremap(0, 1),
        ["iounmap"] = _ => iounmap(null),
        ["alloc_percpu"] = _ => free_percpu(alloc_percpu<int>()),
        ["__alloc_percpu"] = _ => free_percpu(__alloc_percpu(4, 0)),
        ["free_percpu"] = _ => free_percpu(null),
        ["might_sleep"] = _ => might_sleep(),
        ["mutex_lock"] = _ => mutex_lock(new mutex()),
        ["mutex_unlock"] = _ => mutex_unlock(new mutex()),
        ["mutex_trylock"] = _ => mutex_trylock(new mutex()),
        ["down"] = _ => down(new semaphore(1)),
        ["up"] = _ => up(new semaphore(1)),
        ["schedule"] = _ => schedule(),
        ["cond_resched"] = _ => cond_resched(),
        ["msleep"] = _ => msleep(0),
        ["udelay"] = _ => udelay(0),
        ["copy_to_user"] = _ => copy_to_user(s_page, s_page, 0),
        ["copy_from_user"] = _ => copy_from_user(s_page, s_page, 0),
        ["request_irq"] = _ => request_irq(99, null!, 0, "", null),
        ["free_irq"] = _ => free_irq(99, null),
        ["tasklet_schedule"] = _ => tasklet_schedule(s_tasklet),
        ["tasklet_kill"] = _ => tasklet_kill(s_tasklet),
        ["mod_timer"] = _ => mod_timer(s_timer, jiffies),
        ["set_failslab"] = _ => failslab = failslab,
        ["schedule_work"] = _ => schedule_work(s_work),
        ["flush_work"] = _ => flush_work(s_work),
        ["synchronize_rcu"] = _ => synchronize_rcu(),
        ["unregister_shrinker"] = _ => unregister_shrinker(new shrinker()),
        ["printk"] = _ => printk("hello"),
    };

    public static TheoryData<string> Members => new(MembersWithContract().Select(method => method.Name));

    [Theory]
    [MemberData(nameof(Members))]
    public void What_a_member_says_about_sleep_is_true(string name)
    {
        MethodInfo method = MembersWithContract().Single(method => method.Name == name);
        bool neverSleeps = method.IsDefined(typeof(NeverSleepsAttribute)), mightSleep = method.IsDefined(typeof(MightSleepAttribute));
        if (HasFlags(method))
        {
            Assert.True(Reports(name, GFP_KERNEL));
            Assert.True(Reports(name, GFP_NOFS));
            Assert.False(Reports(name, GFP_ATOMIC));
            Assert.False(Reports(name, GFP_NOWAIT));
        }
        else
        {
            Assert.NotEqual(neverSleeps, mightSleep);
            Assert.Equal(mightSleep, Reports(name, GFP_KERNEL));
        }
        Assert.DoesNotContain("sleeping function", ProcessKernel.LogOf(() => Call(name, GFP_KERNEL)));
    }

    [Fact]
    public void Every_call_is_of_a_member_with_a_contract() =>
        Assert.Equal(MembersWithContract().Select(method => method.Name).Order(), s_calls.Keys.Order());

    private static IEnumerable<MethodInfo> MembersWithContract() =>
        typeof(Kernel).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.IsDefined(typeof(MightSleepAttribute)) || method.IsDefined(typeof(NeverSleepsAttribute)) || HasFlags(method));

    private static bool HasFlags(MethodInfo method) => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(GfpFlagsAttribute)));

    private static bool Reports(string name, gfp_t flags)
    {
        spinlock_t l = default;
        return ProcessKernel.LogOf(() =>
        {
            spin_lock(ref l);
            Call(name, flags);
            spin_unlock(ref l);
        }).Contains("BUG: sleeping function called from invalid context", StringComparison.Ordinal);
    }

    // Some calls have nothing to work on and say so; whether they may sleep is checked before.
    private static void Call(string name, gfp_t flags)
    {
        try
        {
            s_calls[name](flags);
        }
        catch (KernelBugException)
        {
        }
    }

    private static void Duplicate(gfp_t flags)
    {
        int value = 4;
        kfree(kmemdup(&value, 4, flags));
    }

    private static void Bulk(gfp_t flags)
    {
        void** objects = stackalloc void*[3];
        kmem_cache_alloc_bulk(s_cache, flags, 3, objects);
        kmem_cache_free_bulk(s_cache, 3, objects);
    }

    private static tasklet_struct MakeTasklet()
    {
        tasklet_struct tasklet = new();
        tasklet_init(tasklet, _ => { }, 0);
        return tasklet;
    }

    private static timer_list MakeTimer()
    {
        timer_list timer = new();
        timer_setup(timer, _ => { });
        return timer;
    }

    private static work_struct MakeWork()
    {
        work_struct work = new();
        INIT_WORK(work, _ => { });
        return work;
    }
}
