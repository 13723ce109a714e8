using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>Calls that the code does not write as calls: of operators, accessors and base constructors.</summary>
public class UnnamedCallTests
{
    private const string Types = """
        struct Sum
        {
            public int n;
            public static Sum operator +(Sum a, Sum b) { msleep(1); return a; }
            public static Sum operator -(Sum a, Sum b) => a;
            public static Sum operator ++(Sum a) { msleep(1); return a; }
            public static Sum operator --(Sum a) => a;
        }
        static Sum[] sums = new Sum[3];
        static Sum total;
        Sum Total { get => total; set => total = value; }
        int Slow { get => 1; set => msleep(1); }
        int SlowToRead { get { msleep(1); return 1; } set { } }
        event Action Changed { add { msleep(1); } remove { } }
        event Action? Happened;
        class Base { public Base(int n) { msleep(1); } }
        class Derived : Base { public Derived() : base(1) { } public Derived(bool b) : this() { } }
        class Short(int n) : Base(n) { }
        class Other { public Other(int n) { } }
        class Quick : Other { public Quick() : base(1) { } }

        """;

    [Theory]
    [InlineData("{|KMEM1002:sum += sum|};")]
    [InlineData("{|KMEM1002:sums[n] += sum|};")]
    [InlineData("{|KMEM1002:sum++|};")]
    [InlineData("Sum next = {|KMEM1002:++sum|};")]
    [InlineData("{|KMEM1002:Total += sum|};")]
    [InlineData("{|KMEM1002:Total++|};")]
    [InlineData("{|KMEM1002:Slow|} += 2;")]
    [InlineData("{|KMEM1002:Slow|}++;")]
    [InlineData("({|KMEM1002:Slow|}, n) = (1, 2);")]
    [InlineData("{|KMEM1002:SlowToRead|}--;")]
    [InlineData("{|KMEM1002:Changed += () => { }|};")]
    [InlineData("_ = {|KMEM1002:new Derived()|};")]
    [InlineData("_ = {|KMEM1002:new Derived(true)|};")]
    [InlineData("_ = {|KMEM1002:new Short(1)|};")]
    public Task What_sleeps_in_them_is_found(string statements) => Verify.MembersAsync(Test(statements));

    [Theory]
    [InlineData("sum -= sum; sum--; --sums[n]; Total -= sum;")]
    [InlineData("SlowToRead = 1; (SlowToRead, n) = (1, 2); n = Slow;")]
    [InlineData("Changed -= () => { }; Happened += () => msleep(1);")]
    [InlineData("_ = new Quick();")]
    public Task Near_misses(string statements) => Verify.MembersAsync(Test(statements));

    [Fact]
    public Task The_owner_of_a_property_is_asked_for_once() => Verify.CompleteAsync("""
        int this[int i] { get => i; set { } }
        int Lock() { spin_lock(ref lk); return 1; }
        void Add() { this[Lock()] += 1; spin_unlock(ref lk); }
        void Step() { this[Lock()]++; spin_unlock(ref lk); }
        """);

    [Fact]
    public Task Accessors_with_code_around_their_own_field_are_calls() => Verify.CompleteAsync("""
        class Counter
        {
            spinlock_t l;
            public int Asleep { get { msleep(1); return field; } }
            public string Made => field ??= Make();
            public int Locked { get => field; set { spin_lock(ref l); field = value; spin_unlock(ref l); } }
            public int Left { get => field; set { spin_lock(ref l); if (value == field) {|KMEM1004:return|}; field = value; spin_unlock(ref l); } }
            public int Plain { get; set; }
            static string Make() { msleep(1); return ""; }
            void Inside() { spin_lock(ref lk); int n = {|KMEM1002:Asleep|}; string s = {|KMEM1002:Made|}; Locked = n; Plain = n; spin_unlock(ref lk); }
            void Twice() { spin_lock(ref l); {|KMEM1006:Locked|} = 1; spin_unlock(ref l); }
        }
        """);

    private static string Test(string statements) => Types + "void Test(Sum sum, int n) { spin_lock(ref lk); " + statements + " spin_unlock(ref lk); }";
}
