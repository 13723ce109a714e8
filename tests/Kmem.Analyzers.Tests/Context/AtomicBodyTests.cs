using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>Bodies that are atomic from their first line: by a contract, of their own, inherited, or of the delegate they become.</summary>
public class AtomicBodyTests
{
    [Theory]
    [InlineData("[AtomicContext] void Handler() { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[AtomicContext] void Handler() => {|KMEM1002:msleep(1)|};")]
    [InlineData("[AtomicContext(AtomicKind.HardIrq)] void* Handler() => kmalloc(8, {|KMEM1001:GFP_KERNEL|});")]
    [InlineData("[AtomicContext] int Count { get { {|KMEM1002:msleep(1)|}; return 1; } }")]
    [InlineData("[AtomicContext] int Count => (int){|KMEM1002:copy_to_user(null, null, 1)|};")]
    [InlineData("int Count { [AtomicContext] set { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("sealed class Timer { [AtomicContext] public Timer() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[HoldsSpinlock] void Locked() { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[HoldsSpinlock(nameof(lk))] void Locked() { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[HoldsSpinlock(\"dev.lk\")] void Locked(device dev) { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[HoldsSpinlock(\"dev.lk\")] void Locked(device dev) { spin_unlock(ref dev.lk); msleep(1); spin_lock(ref dev.lk); {|KMEM1002:msleep(2)|}; }")]
    [InlineData("[HoldsSpinlock(\"dev.parent.lk\")] void Locked(device dev) { spin_unlock(ref dev.parent!.lk); msleep(1); spin_lock(ref dev.parent!.lk); {|KMEM1002:msleep(2)|}; }")]
    [InlineData("[HoldsSpinlock(\"r.lk\")] void Locked(ring* r) { spin_unlock(ref r->lk); msleep(1); spin_lock(ref r->lk); {|KMEM1002:msleep(2)|}; }")]
    [InlineData("[HoldsSpinlock(\"l\")] void Locked(ref spinlock_t l) { spin_unlock(ref l); msleep(1); spin_lock(ref l); {|KMEM1002:msleep(2)|}; }")]
    [InlineData("[HoldsSpinlock(\"dev.lk\")] void Locked(device dev) { spin_unlock(ref lk); {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[HoldsSpinlock(\"lk\"), HoldsSpinlock(\"lk2\")] void Locked() { spin_unlock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk2); msleep(2); spin_lock(ref lk); spin_lock(ref lk2); }")]
    [InlineData("[AtomicContext] sealed class Handlers { void A() { {|KMEM1002:msleep(1)|}; } static void B() { {|KMEM1002:msleep(1)|}; } [ProcessContext] void C() { msleep(1); } int P => (int){|KMEM1002:copy_to_user(null, null, 1)|}; }")]
    [InlineData("[AtomicContext] struct Handlers { void A() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[AtomicContext] interface IHandler { void A(); } class H : IHandler { public void A() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[AtomicContext] abstract class Base { public abstract void A(); } class H : Base { public override void A() { {|KMEM1002:msleep(1)|}; } void Own() { msleep(1); } }")]
    [InlineData("[AtomicContext] interface IHandler { void A() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("abstract class Base { [AtomicContext] public abstract void Irq(); } class Derived : Base { public override void Irq() { {|KMEM1002:msleep(1)|}; } } sealed class More : Derived { public override void Irq() { {|KMEM1002:msleep(2)|}; } }")]
    [InlineData("interface IHandler { [AtomicContext] void Irq(int line); } class A : IHandler { public void Irq(int n) { {|KMEM1002:msleep(1)|}; } } class B : IHandler { void IHandler.Irq(int n) { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("interface IHandler<T> { [AtomicContext] void Irq(T line); } class A : IHandler<int> { public void Irq(int n) { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[AtomicContext] delegate void Irq(int line); Irq handler = line => {|KMEM1002:msleep(1)|};")]
    [InlineData("[AtomicContext] delegate void Irq(int line); void Test() { Irq a = delegate { {|KMEM1002:msleep(1)|}; }; Irq b = _ => { if (_ > 3) {|KMEM1002:msleep(1)|}; }; }")]
    [InlineData("[AtomicContext] delegate void Irq(int line); static void request(Irq irq) { } void Test() => request(line => {|KMEM1002:msleep(1)|});")]
    [InlineData("static void request([AtomicContext] Action handler) { } void Test() => request(() => {|KMEM1002:msleep(1)|});")]
    [InlineData("static void request([AtomicContext] Action handler) { } void Test() => request(Handler); void Handler() { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("static void request([AtomicContext] Action handler) { } void Test() { request(Handler); void Handler() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[AtomicContext] delegate void Irq(int line); event Irq? Fired; void Test() { Fired += OnFired; } void OnFired(int line) { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("[AtomicContext] delegate void Irq(int line); Irq handler = OnIrq; static void OnIrq(int line) { {|KMEM1002:msleep(1)|}; }")]
    [InlineData("void Test() { Action a = [AtomicContext] () => {|KMEM1002:msleep(1)|}; }")]
    [InlineData("void Test() { Inner(); [AtomicContext] void Inner() { {|KMEM1002:msleep(1)|}; } }")]
    [InlineData("[HoldsSpinlock] delegate void Locked(); Locked l = () => {|KMEM1002:msleep(1)|};")]
    [InlineData("[AtomicContext] void Handler() { {|KMEM1002:Deeper()|}; void Deeper() { msleep(1); } }")]
    [InlineData("[AtomicContext] void Handler(List<int> list) { list.ForEach(i => {|KMEM1002:msleep(1)|}); }")]
    [InlineData("[AtomicContext] void Handler(List<int> list) { foreach (int i in list) { {|KMEM1002:lock|} (list) { } } }")]
    [InlineData("[MightSleep] delegate void Work(); [AtomicContext] void Handler(Work w) { {|KMEM1002:w()|}; {|KMEM1002:w.Invoke()|}; }")]
    [InlineData("[MightSleep] extern void Rest(); [AtomicContext] void Handler() { {|KMEM1002:Rest()|}; {|KMEM1002:this.Rest()|}; }")]
    [InlineData("abstract class Base { [MightSleep] public abstract void Rest(); } sealed class Derived : Base { public override void Rest() { } } [AtomicContext] void Handler(Base b, Derived d) { {|KMEM1002:b.Rest()|}; {|KMEM1002:d.Rest()|}; }")]
    [InlineData("interface IRest { [MightSleep] void Rest(); [MightSleep] int Count { get; } } [AtomicContext] void Handler(IRest r) { {|KMEM1002:r.Rest()|}; int n = {|KMEM1002:r.Count|}; }")]
    [InlineData("class Base { protected virtual void* Get([GfpFlags] gfp_t flags) => null; } class Derived : Base { [AtomicContext] void Handler() { var p = Get({|KMEM1001:GFP_KERNEL|}); p = base.Get({|KMEM1001:GFP_KERNEL|}); } protected override void* Get(gfp_t mask) => null; }")]
    [InlineData("sealed class Cache { [MightSleep] public Cache() { } [MightSleep] public static Cache operator !(Cache c) => c; [MightSleep] public int this[int i] => i; } [AtomicContext] void Handler(Cache c) { c = {|KMEM1002:new Cache()|}; c = {|KMEM1002:!c|}; int n = {|KMEM1002:c[1]|}; }")]
    public Task An_atomic_body_must_not_sleep(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("[AtomicContext] void* Handler() => kmalloc(8, GFP_ATOMIC);")]
    [InlineData("[AtomicContext] void Handler() { Action later = () => msleep(1); }")]
    [InlineData("[AtomicContext] void Handler() { void Later() => msleep(1); Action later = Later; }")]
    [InlineData("[AtomicContext] void Handler() { if (!in_atomic()) msleep(1); }")]
    [InlineData("[ProcessContext] void Worker() { msleep(1); }")]
    [InlineData("[AtomicContext] sealed class Handlers { [ProcessContext] void Worker() { msleep(1); } void Irq() { Action later = () => msleep(1); } }")]
    [InlineData("static void queue_work([ProcessContext] Action work) { } [AtomicContext] void Handler() { queue_work(() => msleep(1)); queue_work(Later); } void Later() => msleep(1);")]
    [InlineData("[AtomicContext] delegate void Irq(); static void queue_work([ProcessContext] Irq work) { } void Test() { queue_work(() => msleep(1)); }")]
    [InlineData("abstract class Base { [AtomicContext] public abstract void Irq(); } class Derived : Base { [ProcessContext] public override void Irq() { msleep(1); } }")]
    [InlineData("[HoldsSpinlock(\"dev.lk\")] void Drops(device dev) { spin_unlock(ref dev.lk); msleep(1); spin_lock(ref dev.lk); }")]
    [InlineData("[HoldsSpinlock] void Drops() { spin_unlock(ref lk); msleep(1); spin_lock(ref lk); }")]
    [InlineData("[AtomicContext] void Handler(bool asleep) { return; msleep(1); }")]
    [InlineData("[NeverSleeps] extern void Quick(); [AtomicContext] void Handler() { Quick(); }")]
    [InlineData("class Base { [MightSleep] public virtual void Rest() { } } sealed class Quick : Base { [NeverSleeps] public override void Rest() { } } [AtomicContext] void Handler(Quick q) { q.Rest(); }")]
    [InlineData("delegate void Irq(int line); Irq handler = line => msleep(1);")]
    [InlineData("static void request(Action handler) { } void Test() { request(() => msleep(1)); }")]
    [InlineData("[AtomicContext] static extern void Handler(); void Test() { Handler(); msleep(1); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] static void Locked() { } void Test() { spin_lock(ref lk); Locked(); spin_unlock(ref lk); msleep(1); }")]
    [InlineData("[AtomicContext] abstract class Base { [ProcessContext] public abstract void A(); } class H : Base { public override void A() { msleep(1); } }")]
    [InlineData("[AtomicContext] interface IHandler { void A(); } [ProcessContext] class H : IHandler { public void A() { msleep(1); } }")]
    public Task Near_misses(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("public static void Handle() { {|KMEM1002:msleep(1)|}; } public static void Quick() { {|KMEM1010:msleep(1)|}; } public static void Any() => msleep(1);")]
    [InlineData("static void IDevice.Handle() { {|KMEM1002:msleep(1)|}; } static void IDevice.Quick() => {|KMEM1010:msleep(1)|}; static void IDevice.Any() => msleep(1);")]
    [InlineData("public static void Handle() { } static void IDevice.Quick() { } public static void Quick() => msleep(1); public static void Any() => msleep(1);")]
    public Task Static_members_fulfil_what_interfaces_say(string members) => Verify.MembersAsync(
        "interface IDevice { [AtomicContext] static abstract void Handle(); [NeverSleeps] static abstract void Quick(); static abstract void Any(); } struct Device : IDevice { " + members + " }");

    [Fact]
    public Task An_override_fulfils_what_the_overridden_member_implements() => Verify.MembersAsync("""
        interface IDevice { [AtomicContext] void Handle(); [NeverSleeps] int Count { get; } }
        class Base : IDevice { public virtual void Handle() { } public virtual int Count => 1; }
        class Derived : Base { public override void Handle() { {|KMEM1002:msleep(1)|}; } public override int Count { get { {|KMEM1010:msleep(1)|}; return 1; } } }
        class Further : Derived { public override void Handle() { {|KMEM1002:msleep(1)|}; } }
        class Hiding : Base { public new void Handle() => msleep(1); }
        class Again : Base, IDevice { public new void Handle() => {|KMEM1002:msleep(1)|}; }
        """);

    [Fact]
    public Task A_handler_is_found_in_another_file() => Verify.SourcesAsync(
    [
        "static class Irq { public static void OnIrq(int line) { {|KMEM1002:Kernel.msleep(1)|}; } public static void Other(int line) { Kernel.msleep(1); } }",
        "static class Lines { public static void Request([AtomicContext] Action<int> handler) { } }",
        "static class Setup { static void Init() { Lines.Request(Irq.OnIrq); Irq.Other(1); } }",
    ]);

    [Fact]
    public Task An_async_handler_must_not_await() => Verify.SourcesAsync(
    [
        """
        class Device
        {
            [AtomicContext] async Task Handler() { {|KMEM1002:await|} Task.Delay(1); }
            [AtomicContext] async Task Each(IAsyncEnumerable<int> items) { {|KMEM1002:await|} foreach (var i in items) { } }
            [AtomicContext] async Task Using(IAsyncDisposable d) { {|KMEM1002:await|} using (d) { } }
            [AtomicContext] async Task Using2(IAsyncDisposable d) { {|KMEM1002:await|} using var e = d; }
            [AtomicContext] void Starts() { _ = Handler2(); }
            async Task Handler2() { await Task.Delay(1); Kernel.msleep(1); }
            [AtomicContext] void Sleeps() { _ = {|KMEM1002:Handler3()|}; }
            async Task Handler3() { Kernel.msleep(1); await Task.Delay(1); }
            [AtomicContext] async Task Both() { {|KMEM1002:await|} {|KMEM1002:Handler3()|}; }
        }
        """,
    ]);
}
