using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1009: a method that needs its caller to hold a lock.</summary>
public class LockNotHeldTests
{
    private const string Locked = """
        [HoldsSpinlock("lk")] static void Own() { } [HoldsSpinlock] static void Any() { } [HoldsSpinlock("d.lk")] static void Of(device d) { }
        [HoldsSpinlock("l")] static void Ref(ref spinlock_t l) { } [HoldsSpinlock("r.lk")] static void Ring(ring* r) { } [HoldsSpinlock("lk")] int Count { get => 1; }

        """;

    [Theory]
    [InlineData("void Test() { {|KMEM1009:Own()|}; }")]
    [InlineData("void Test() => {|KMEM1009:Any()|};")]
    [InlineData("void Test(device d) { spin_lock(ref lk); {|KMEM1009:Of(d)|}; spin_unlock(ref lk); }")]
    [InlineData("void Test(device a, device b) { spin_lock(ref a.lk); Of(a); {|KMEM1009:Of(b)|}; spin_unlock(ref a.lk); }")]
    [InlineData("void Test() { spin_lock(ref lk); Own(); spin_unlock(ref lk); {|KMEM1009:Own()|}; }")]
    [InlineData("void Test(bool c) { if (c) spin_lock(ref lk); {|KMEM1009:Own()|}; if (c) spin_unlock(ref lk); }")]
    [InlineData("void Test() { if (!spin_trylock(ref lk)) {|KMEM1009:Own()|}; else spin_unlock(ref lk); }")]
    [InlineData("[AtomicContext] void Handle() { {|KMEM1009:Own()|}; }")]
    [InlineData("[HoldsSpinlock(\"lk2\")] void Test() { {|KMEM1009:Own()|}; }")]
    [InlineData("void Test() { preempt_disable(); {|KMEM1009:Any()|}; preempt_enable(); }")]
    [InlineData("void Test(device d) { {|KMEM1009:Ref(ref d.lk)|}; {|KMEM1009:Ring(d.ring)|}; }")]
    [InlineData("void Test() { int n = {|KMEM1009:Count|}; }")]
    [InlineData("void Test(int n) { while (n-- > 0) { spin_lock(ref lk); Own(); spin_unlock(ref lk); {|KMEM1009:Own()|}; } }")]
    [InlineData("void Test() { spin_lock(ref lk); Drop(); {|KMEM1009:Own()|}; } static void Drop() => spin_unlock(ref lk);")]
    public Task A_call_without_the_lock_is_reported(string members) => Verify.MembersAsync(Locked + members);

    [Theory]
    [InlineData("void Test() { spin_lock(ref lk); Own(); Any(); int n = Count; spin_unlock(ref lk); }")]
    [InlineData("void Test(device d) { spin_lock_irqsave(ref d.lk, out nuint f); Of(d); Ref(ref d.lk); spin_unlock_irqrestore(ref d.lk, f); }")]
    [InlineData("void Test(device d) { ring* r = d.ring; spin_lock(ref r->lk); Ring(d.ring); spin_unlock(ref r->lk); }")]
    [InlineData("void Test(device d) { ref spinlock_t l = ref d.lk; spin_lock(ref l); Of(d); spin_unlock(ref l); }")]
    [InlineData("void Test() { if (spin_trylock(ref lk)) { Own(); spin_unlock(ref lk); } }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Test() { Own(); Any(); }")]
    [InlineData("[HoldsSpinlock] void Test() { Own(); Any(); }")]
    [InlineData("[HoldsSpinlock(\"d.lk\")] void Test(device d) => Of(d);")]
    [InlineData("[ReleasesSpinlock(\"lk\")] void End() { Own(); spin_unlock(ref lk); }")]
    [InlineData("void End() { Own(); spin_unlock(ref lk); }")]
    [InlineData("void Test() { Grab(); Own(); Drop(); } static void Grab() => spin_lock(ref lk); static void Drop() => spin_unlock(ref lk);")]
    [InlineData("void Test(List<int> list) { spin_lock(ref lk); list.ForEach(_ => Own()); spin_unlock(ref lk); }")]
    [InlineData("void Test() { spin_lock(ref lk); Inner(); spin_unlock(ref lk); static void Inner() => Own(); }")]
    [InlineData("extern device Find(); void Test() { var d = Find(); spin_lock(ref d.lk); Of(d); spin_unlock(ref d.lk); }")]
    [InlineData("extern device Find(); void Test(device d) { spin_lock(ref d.lk); Of(Find()); spin_unlock(ref d.lk); }")]
    [InlineData("void Test(bool c) { if (c) spin_lock(ref lk); if (c) Own(); if (c) spin_unlock(ref lk); }")]
    [InlineData("void Test() { try { spin_lock(ref lk); Own(); spin_unlock(ref lk); } catch (Exception) { Own(); spin_unlock(ref lk); } }")]
    [InlineData("void Test(device[] all) { foreach (var d in all) { spin_lock(ref d.lk); Of(d); spin_unlock(ref d.lk); } }")]
    [InlineData("class Inner { spinlock_t own; [HoldsSpinlock(\"own\")] void Locked() { } void Use(Inner other) { spin_lock(ref other.own); other.Locked(); spin_unlock(ref other.own); } }")]
    public Task A_call_with_the_lock_is_not(string members) => Verify.MembersAsync(Locked + members);

    [Theory]
    [InlineData("int Test() => {|KMEM1009:Held|};")]
    [InlineData("void Test() { {|KMEM1009:Held|} = 3; }")]
    [InlineData("int Test() { spin_lock(ref lk); int n = Held; spin_unlock(ref lk); return n + {|KMEM1009:Held|}; }")]
    [InlineData("int Test() { spin_lock(ref lk); Held++; int n = Held; spin_unlock(ref lk); return n; }")]
    public Task An_automatic_property_can_need_the_lock_too(string members) =>
        Verify.MembersAsync("[HoldsSpinlock(\"lk\")] int Held { get; set; }\n" + members);

    [Fact]
    public Task The_message_names_the_lock_as_the_caller_knows_it() => Verify.MembersAsync(
        Locked + "void Test(device dev) { {|#0:Of(dev)|}; }",
        Verify.Report("KMEM1009").WithLocation(0).WithMessage("'Of' is called where spinlock 'dev.lk' is not held, which its contract asks of its callers"));

    private const string OwnLock = "spinlock_t own; [HoldsSpinlock(\"own\")] void Change() { } [HoldsSpinlock(\"d.lk\")] static void Of(device d) { }\n";

    [Theory]
    [InlineData("void Test() { Inner(); void Inner() => {|KMEM1009:Change()|}; }")]
    [InlineData("void Test() { spin_lock(ref lk); Inner(); spin_unlock(ref lk); void Inner() => {|KMEM1009:Change()|}; }")]
    [InlineData("void Test() { Action f = () => {|KMEM1009:Change()|}; f(); spin_lock(ref own); f(); spin_unlock(ref own); }")]
    [InlineData("void Test(device d, device e) { spin_lock(ref d.lk); Inner(); spin_unlock(ref d.lk); void Inner() { Of(d); {|KMEM1009:Of(e)|}; } }")]
    [InlineData("void Test(device d, device e) { spin_lock(ref d.lk); Inner(e); spin_unlock(ref d.lk); void Inner(device x) { {|KMEM1009:Of(x)|}; } }")]
    [InlineData("void Test(List<device> all) => all.ForEach(d => {|KMEM1009:Of(d)|});")]
    [InlineData("void Test(List<int> all) { preempt_disable(); all.ForEach(_ => {|KMEM1009:Change()|}); preempt_enable(); }")]
    [InlineData("static void Run([InvokedInPlace] Action a) => a(); void Test() => Run(() => {|KMEM1009:Change()|});")]
    [InlineData("void Setup(timer_list t) => timer_setup(t, _ => {|KMEM1009:Change()|});")]
    [InlineData("[HoldsSpinlock] delegate void locked(); static void Run(locked l) { {|KMEM1009:l()|}; }")]
    [InlineData("void Help() => {|KMEM1009:Change()|}; public void Good() { spin_lock(ref own); Help(); spin_unlock(ref own); } public void Bad() => Help();")]
    [InlineData("void Help() => {|KMEM1009:Change()|}; public void Test(Driver other) { spin_lock(ref own); other.Help(); spin_unlock(ref own); }")]
    [InlineData("void Help() => {|KMEM1009:Change()|}; [HoldsSpinlock(\"lk\")] public void Test() => Help();")]
    [InlineData("void Help() => {|KMEM1009:Change()|}; public void Setup(timer_list t) => timer_setup(t, _ => Help());")]
    [InlineData("int Help { set => {|KMEM1009:Change()|}; } public void Bad() => Help = 3;")]
    public Task A_function_that_is_called_without_the_lock_is_reported(string members) => Verify.MembersAsync(OwnLock + members);

    [Theory]
    [InlineData("void Test() { spin_lock(ref own); Inner(); spin_unlock(ref own); void Inner() => Change(); }")]
    [InlineData("void Test() { Action f = () => Change(); spin_lock(ref own); f(); spin_unlock(ref own); }")]
    [InlineData("void Test(device d) { spin_lock(ref d.lk); Inner(d); spin_unlock(ref d.lk); void Inner(device x) => Of(x); }")]
    [InlineData("void Test(List<device> all) => all.ForEach(d => { spin_lock(ref d.lk); Of(d); spin_unlock(ref d.lk); });")]
    [InlineData("void Run([InvokedInPlace] Action a) { spin_lock(ref own); a(); spin_unlock(ref own); } void Test() => Run(() => Change());")]
    [InlineData("void Run([InvokedInPlace] Action a) { spin_lock(ref own); a(); spin_unlock(ref own); } void Test() { preempt_disable(); Run(() => Change()); preempt_enable(); }")]
    [InlineData("[HoldsSpinlock(\"own\")] delegate void locked(); extern static void Run([InvokedInPlace] locked a); void Test() => Run(() => Change());")]
    [InlineData("Action Test() { return Inner; void Inner() => Change(); }")]
    [InlineData("void Test() { Inner(); void Inner() { Change(); spin_unlock(ref own); } }")]
    [InlineData("void Help() => Change(); public void Test() { spin_lock(ref own); Help(); spin_unlock(ref own); } public static void Other(Driver d) { spin_lock(ref d.own); d.Help(); spin_unlock(ref d.own); }")]
    [InlineData("void Help() => Change(); [HoldsSpinlock(\"own\")] public void Test() => Help();")]
    public Task A_function_whose_callers_hold_the_lock_is_not(string members) => Verify.MembersAsync(OwnLock + members);

    [Fact]
    public Task A_lock_of_the_same_object_is_named_by_itself() => Verify.MembersAsync(
        OwnLock + "public void Test() { {|#0:Change()|}; }",
        Verify.Report("KMEM1009").WithLocation(0).WithMessage("'Change' is called where spinlock 'own' is not held, which its contract asks of its callers"));
}
