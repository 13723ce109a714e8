using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>An object that is missing is named at the call.</summary>
public class NullTests
{
    public static TheoryData<string, Action> Calls => new()
    {
        { "s", () => down(null!) },
        { "s", () => up(null!) },
        { "l", () => mutex_lock(null!) },
        { "l", () => mutex_unlock(null!) },
        { "l", () => mutex_trylock(null!) },
        { "t", () => tasklet_init(null!, _ => { }, 0) },
        { "func", () => tasklet_init(new tasklet_struct(), null!, 0) },
        { "t", () => tasklet_schedule(null!) },
        { "t", () => tasklet_kill(null!) },
        { "timer", () => timer_setup(null!, _ => { }) },
        { "callback", () => timer_setup(new timer_list(), null!) },
        { "timer", () => mod_timer(null!, 0) },
        { "work", () => INIT_WORK(null!, _ => { }) },
        { "func", () => INIT_WORK(new work_struct(), null!) },
        { "work", () => schedule_work(null!) },
        { "work", () => flush_work(null!) },
        { "s", () => register_shrinker(null!) },
        { "cachep", () => kmem_cache_size(null!) },
        { "cache", () => kmem_cache_shrink(null!) },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Null_is_named(string parameter, Action call) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
}
