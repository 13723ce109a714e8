namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Tasks, and functions inside functions.</summary>
internal static class AsyncShapes
{
    public static IEnumerable<Shape> All =>
    [
        new("await everywhere", """
            class C
            {
                spinlock_t lk; readonly object gate = new();
                async void V() { spin_lock(ref lk); await Task.Yield(); spin_unlock(ref lk); }
                async Task<int> M(Task<int> t, IAsyncDisposable d)
                {
                    local_irq_disable();
                    try { await using var x = d; await using (d.ConfigureAwait(false)) { return await t + await M(t, d) * (await t > 3 ? await t : 0); } }
                    catch (Exception) when (t.Result > 3) { await t; throw; }
                    finally { await Task.WhenAll(t, t); local_irq_enable(); }
                }
                async ValueTask<T> G<T>(Func<ValueTask<T>> f) => await (await f() is var r && r != null ? f() : new ValueTask<T>(r!));
                async IAsyncEnumerable<int> I([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
                {
                    await foreach (var x in I(token).WithCancellation(token)) { yield return x; preempt_disable(); await Task.Delay(1); preempt_enable(); }
                }
                [AtomicContext] async Task Atomic() { await Task.CompletedTask; Task.Run(async () => await Atomic()).Wait(); await (dynamic)gate; }
                void Sync() { spin_lock(ref lk); M(null!, null!).Wait(); M(null!, null!).GetAwaiter().GetResult(); _ = I(); V(); spin_unlock(ref lk); }
            }
            """),
        new("an own awaiter and an own task", """
            [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(Builder))] class MyTask { public Awaiter GetAwaiter() => new(); }
            class Awaiter : System.Runtime.CompilerServices.INotifyCompletion { public bool IsCompleted { [MightSleep] get => true; } [MightSleep] public int GetResult() => 1; public void OnCompleted(Action a) { a(); msleep(1); } }
            class Builder { public static Builder Create() => new(); public MyTask Task => new(); public void SetResult() { } public void SetException(Exception e) { } public void SetStateMachine(System.Runtime.CompilerServices.IAsyncStateMachine m) { }
                public void Start<T>(ref T m) where T : System.Runtime.CompilerServices.IAsyncStateMachine { } public void AwaitOnCompleted<A, T>(ref A a, ref T m) { } public void AwaitUnsafeOnCompleted<A, T>(ref A a, ref T m) { } }
            class C { spinlock_t lk; async MyTask M() { spin_lock(ref lk); await M(); spin_unlock(ref lk); } }
            """),
        new("lambdas in lambdas", """
            unsafe class C
            {
                spinlock_t lk; Action field = () => msleep(1); static Func<Func<Func<int>>> nest = () => () => () => { msleep(1); return 1; };
                void M(device dev)
                {
                    void* p = kmalloc(1, GFP_KERNEL); int n = 0; var q = (nint)p;
                    call_in_place(() => { spin_lock(ref lk); call_in_place(() => { msleep(1); call_in_place(delegate { kfree((void*)q); n++; }); }); });
                    on_interrupt(() => msleep(1)); on_interrupt(field); on_interrupt((object)dev as Action ?? Sleep); on_interrupt(Sleep); on_interrupt(new Action(Sleep));
                    Func<int, int> f = static x => x switch { 1 => ((Func<int>)(() => { msleep(1); return 1; }))(), _ => 0 }; spin_unlock(ref lk); f(1);
                    var typed = [AtomicContext] [return: Allocates("x")] (int a = 3, params int[] b) => { msleep((uint)a); return a; }; typed();
                    System.Linq.Expressions.Expression<Func<int, int>> tree = x => x + n; new Thread(() => { spin_lock(ref dev.lk); }).Start();
                }
                static void Sleep() => msleep(1);
            }
            """),
        new("local functions with contracts of their own", """
            unsafe class C
            {
                spinlock_t lk;
                void M(device dev)
                {
                    Enter(); msleep(1); Leave(); var p = Make(1); *p = 1; Drop(p); spin_lock(ref lk); Late(); return;
                    void Enter() => spin_lock(ref lk);
                    [LeavesAtomic("irq")] void Leave() { spin_unlock(ref lk); }
                    [return: Allocates("kmalloc")] byte* Make([AllocationSize] nuint n) { return (byte*)kmalloc(n, GFP_ATOMIC); }
                    static void Drop([Frees("kmalloc")] void* q) { kfree(q); void Again() => Drop(null); Again(); }
                    [AtomicContext] void Late() { IEnumerable<int> Each() { msleep(1); yield return 1; } foreach (var x in Each()) { } }
                    unsafe extern static void Outer();
                    T Generic<T>(T t) where T : allows ref struct { Generic(t); return t; }
                }
            }
            """),
        new("queries, events and dynamic calls", """
            class C
            {
                spinlock_t lk; event Action E { add { msleep(1); } remove { spin_lock(ref lk); } } event Action? F; dynamic d = 1;
                void M(int[] a) { spin_lock(ref lk); var q = from x in a where Slow(x) let y = x * 2 orderby y descending join z in a on y equals z into g from w in g.DefaultIfEmpty() group w by x into h select new { h.Key, n = h.Count() }; foreach (var r in q) msleep((uint)r.n); E += () => msleep(1); E -= null!; F?.Invoke(); d.M(d[1], d + 1)(2); spin_unlock(ref lk); a.AsParallel().ForAll(x => Slow(x)); }
                bool Slow(int x) { msleep(1); return x > 1; }
            }
            """),
    ];
}
