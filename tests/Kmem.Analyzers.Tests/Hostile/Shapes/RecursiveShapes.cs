namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Code that calls, contains or inherits itself.</summary>
internal static class RecursiveShapes
{
    public static IEnumerable<Shape> All =>
    [
        new("a method that calls itself", """
            unsafe class C
            {
                spinlock_t lk;
                void* Take(int n, gfp_t flags) => n == 0 ? kmalloc(1, flags) : Take(n - 1, flags);
                void Sleep(int n) { if (n > 0) Sleep(n - 1); else msleep(1); }
                void Forever() => Forever();
                void Use() { spin_lock(ref lk); var p = (byte*)Take(3, GFP_KERNEL); *p = 1; Sleep(3); Forever(); kfree(p); spin_unlock(ref lk); }
            }
            """),
        new("methods that call each other", """
            unsafe class C
            {
                spinlock_t lk;
                bool Even(uint n) { if (n == 0) return true; spin_lock(ref lk); var odd = Odd(n - 1); spin_unlock(ref lk); return odd; }
                bool Odd(uint n) { if (n == 0) { msleep(1); return false; } return Even(n - 1); }
                void A(void* p) { if (p != null) B(p); else kfree(p); }
                void B(void* p) { C1(p); }
                void C1(void* p) { A(p); vfree(p); }
                void Use() { Even(4); A(kmalloc(1, GFP_KERNEL)); }
            }
            """),
        new("locks that recursion takes and drops", """
            class C
            {
                spinlock_t lk;
                void Down(int n) { spin_lock(ref lk); if (n > 0) Down(n - 1); }
                void Up(int n) { if (n > 0) Up(n - 1); spin_unlock(ref lk); }
                bool Try(int n) => n > 0 ? Try(n - 1) : spin_trylock(ref lk);
                void Use(int n) { Down(n); msleep(1); Up(n); if (Try(n)) { msleep(2); spin_unlock(ref lk); } msleep(3); }
            }
            """),
        new("generic recursion without end", """
            unsafe class C
            {
                void* M<T>(int n) => n == 0 ? kmalloc(1, GFP_KERNEL) : M<List<T>>(n - 1);
                void N<T>() where T : unmanaged { N<ValueTuple<T, T>>(); msleep(1); }
                void Use() { var p = (int*)M<int>(3); *p = 1; N<int>(); }
            }
            """),
        new("properties, operators, indexers and constructors that call themselves", """
            unsafe class C
            {
                public C(int n) : this(n > 0 ? n - 1 : n, n) { }
                public C(int a, int b) { _ = new C(a); msleep(1); }
                public void* P { get => P; set => P = value; }
                public void* this[int i] { get => i == 0 ? kmalloc(1, GFP_KERNEL) : this[i - 1]; }
                public static C operator +(C a, C b) => a + b;
                public static implicit operator C(int n) => n;
                public static implicit operator void*(C c) => (void*)c;
                ~C() { new C(1); msleep(1); }
                static readonly C Own = new C(1) + Own + 3;
                void Use() { *(int*)P = 1; *(int*)this[2] = 2; }
            }
            """),
        new("lambdas and local functions that call themselves", """
            unsafe class C
            {
                spinlock_t lk;
                void Use()
                {
                    Action<int> self = null!;
                    self = n => { if (n > 0) self(n - 1); msleep(1); };
                    void Local(int n) { if (n > 0) Other(n - 1); spin_lock(ref lk); }
                    void Other(int n) { Local(n); spin_unlock(ref lk); msleep(1); }
                    void* Get(int n) => n == 0 ? null : Get(n - 1);
                    spin_lock(ref lk); self(2); Local(2); spin_unlock(ref lk); *(int*)Get(2) = 1;
                }
            }
            """),
        new("virtual and interface recursion", """
            interface I { void M() { M(); msleep(1); } [NeverSleeps] void N(); static abstract void S(); }
            class A : I { public virtual void M() => ((I)this).M(); public virtual void N() => M(); static void I.S() => msleep(1); }
            class B : A { public override void M() => base.M(); public override void N() => base.N(); void T<X>() where X : I => X.S(); }
            """),
        new("delegates that hold themselves", """
            delegate D D(D d);
            unsafe class C
            {
                spinlock_t lk;
                D Own = d => d(d);
                delegate Self Self(); static Self Loop() => Loop;
                void Use() { spin_lock(ref lk); Own(Own)(Own(Own)); Loop()(); call_in_place(() => call_in_place(() => Use())); spin_unlock(ref lk); }
            }
            """),
        new("structures that point to themselves", """
            unsafe struct Node { public Node* next; public Node** all; public void* data; public spinlock_t lk; }
            unsafe class C
            {
                void Free(Node* n) { if (n == null) return; Free(n->next); kfree(n->data); kfree(n); }
                void Walk(Node* n) { while (n != null) { spin_lock(ref n->lk); n->next->next->next->next->data = kmalloc(1, GFP_KERNEL); var m = n->next; spin_unlock(ref n->lk); n = m; } }
                Node* Build(int k) { Node* n = null; for (var i = 0; i < k; i++) { var m = (Node*)kmalloc(8, GFP_KERNEL); m->next = n; n = m; } return n; }
            }
            """),
        Shape.Broken("types that contain or inherit themselves", """
            struct S { S s; S? maybe; }
            class A : B { void M() { base.M(); msleep(1); } } class B : C { } class C : A { }
            interface I : J { } interface J : I { }
            class G<T> : G<G<T>> where T : G<T>, T { void M(T t) => t.M(t); }
            enum E { A = B, B = C, C = A }
            class K { const int X = Y; const int Y = X; const gfp_t F = F | GFP_KERNEL; unsafe void M() { var p = (int*)kmalloc(X, F); *p = Y; } }
            class V { var M() => N(); var N() => M(); var f = g; var g = f; }
            """),
    ];
}
