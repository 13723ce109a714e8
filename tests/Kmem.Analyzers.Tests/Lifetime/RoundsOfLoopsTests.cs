using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>What is known of memory from an earlier round of a loop: it is told from the memory of this round.</summary>
public class RoundsOfLoopsTests
{
    [Fact]
    public Task What_was_checked_in_an_earlier_round_is_checked() => Verify.CompleteAsync("""
        struct item { public item* next; public int value; }

        static item* Chain(int n)
        {
            item* first = (item*)kmalloc((nuint)sizeof(item), GFP_KERNEL);
            if (first == null)
                return null;
            first->next = null;
            item* last = first;
            for (int i = 0; i < n; i++)
            {
                item* added = (item*)kmalloc((nuint)sizeof(item), GFP_KERNEL);
                if (added == null)
                    break;
                added->next = null;
                last->next = added;
                last = added;
            }

            return first;
        }
        """);

    [Theory]
    [InlineData("byte* p = a[0]; a[0] = a[n - 1]; n--; kfree(p);")]
    [InlineData("byte* p = a[n - 1]; n--; kfree(p);")]
    [InlineData("byte* p = a[0]; a[0] = a[--n]; a[n] = null; kfree(p);")]
    public Task Each_round_releases_what_another_element_held(string round) => Verify.CompleteAsync("static void Test(byte** a, int n) { while (n > 0) { " + round + " } }");

    [Theory]
    [InlineData("byte* p = a[0]; n--; kfree({|KMEM2003:p|});")]
    [InlineData("byte* p = a[0]; a[1] = a[n - 1]; n--; kfree({|KMEM2003:p|});")]
    public Task Each_round_releases_the_same_element(string round) => Verify.CompleteAsync("static void Test(byte** a, int n) { while (n > 0) { " + round + " } }");

    [Theory]
    [InlineData("for (int i = 0; i < 2; i++) { if (i == 1) kfree(p); }")]
    [InlineData("for (int i = 0; i < n; i++) { if (p[i] != 0 && i == n - 1) { kfree(p); } }")]
    [InlineData("int i = n; while (i-- > 0) { p[i] = 1; if ((0 == i)) kfree(p); }")]
    [InlineData("do { if (--n == 0) kfree(p); } while (n > 0);")]
    [InlineData("foreach (int x in all) { p[x] = 1; if (x == last) kfree(p); }")]
    public Task One_round_releases(string loop) => Verify.CompleteAsync("static void Test(byte* p, int n, int[] all, int last) { " + loop + " }");

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { if (last == 1) kfree({|KMEM2003:p|}); }")]
    [InlineData("for (int i = 0; i < n; i++) { if (i > 1) kfree({|KMEM2003:p|}); }")]
    [InlineData("for (int i = 0; i < n; i++) { if (i == 1) { kfree(p); {|KMEM2004:p|}[0] = 1; } }")]
    [InlineData("for (int i = 0; i < n; i++) { if (i == 1) kfree(p); } kfree({|KMEM2003:p|});")]
    public Task A_later_round_or_what_is_behind_the_loop_releases_again(string loop) => Verify.CompleteAsync("static void Test(byte* p, int n, int last) { " + loop + " }");

    [Theory]
    [InlineData("foreach (nint p in list) { Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|}); }")]
    [InlineData("foreach (nint p in array) { Marshal.FreeHGlobal(p); Marshal.WriteByte({|KMEM2004:p|}, 1); }")]
    [InlineData("foreach (var (key, p) in map) { if (key > 0) Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|}); }")]
    [InlineData("foreach ((int key, nint p) in map) { Marshal.FreeHGlobal(p); Marshal.WriteByte({|KMEM2004:p|}, 1); }")]
    [InlineData("for (int i = 0; i < list.Count; i++) { nint p = list[i]; Marshal.FreeHGlobal(p); Marshal.WriteByte({|KMEM2004:p|}, 1); }")]
    [InlineData("var (p, length) = Next(); Marshal.FreeHGlobal(p); if (length > 0) Marshal.WriteByte({|KMEM2004:p|}, 1);")]
    public Task What_a_round_gets_is_gone_when_it_is_released(string statements) => Verify.CompleteAsync(Lists(statements));

    [Theory]
    [InlineData("foreach (nint p in list) Marshal.FreeHGlobal(p); foreach (nint p in list) Marshal.FreeHGlobal(p);")]
    [InlineData("nint last = 0; foreach (nint p in array) { Marshal.FreeHGlobal(last); last = p; } Marshal.FreeHGlobal(last);")]
    [InlineData("foreach (var (key, p) in map) { if (key > 0) Marshal.FreeHGlobal(p); } foreach (var (key, p) in map) { if (key == 0) Marshal.FreeHGlobal(p); }")]
    [InlineData("for (int i = 0; i < list.Count; i++) { Marshal.FreeHGlobal(list[i]); list[i] = 0; }")]
    [InlineData("while (true) { var (p, length) = Next(); if (length == 0) break; Marshal.FreeHGlobal(p); }")]
    [InlineData("nint before = 0; foreach (nint p in list) { if (before != 0) Marshal.WriteIntPtr(before, p); before = p; }")]
    public Task Each_round_gets_other_memory(string statements) => Verify.CompleteAsync(Lists(statements));

    private static string Lists(string statements) =>
        "static (nint, int) Next() => (list.Count > 0 ? list[0] : 0, list.Count); static readonly System.Collections.Generic.List<nint> list = new(); "
        + "static void Test(nint[] array, System.Collections.Generic.Dictionary<int, nint> map) { " + statements + " }";

    [Fact]
    public Task What_was_not_checked_in_an_earlier_round_is_reported() => Verify.MembersAsync("""
        static void Fill(byte** list, int n)
        {
            byte* last = null;
            for (int i = 0; i < n; i++)
            {
                byte* added = (byte*)kmalloc(16, GFP_KERNEL);
                if (i > 0)
                    *{|KMEM2001:last|} = 1;
                last = added;
                list[i] = added;
            }
        }
        """);

    [Fact]
    public Task Elements_of_an_array_are_unwound_after_one_of_them_failed() => Verify.CompleteAsync("""
        static int Fill(page** pages, uint count)
        {
            for (uint i = 0; i < count; i++)
            {
                pages[i] = alloc_page(GFP_KERNEL);
                if (pages[i] != null)
                    continue;
                while (i-- > 0)
                    __free_page(pages[i]);
                return -ENOMEM;
            }

            return 0;
        }
        """);

    [Fact]
    public Task What_an_array_grew_to_in_an_earlier_round_is_there() => Verify.DotNetAsync("""
        using System.Runtime.InteropServices;

        unsafe struct Node { public Node** Children; public int Count; public int Capacity; }

        static unsafe class Trees
        {
            static void Add(Node* parent, Node* child)
            {
                if (parent->Count == parent->Capacity)
                {
                    parent->Capacity = parent->Capacity * 2 + 4;
                    parent->Children = (Node**)NativeMemory.Realloc(parent->Children, (nuint)parent->Capacity * (nuint)sizeof(Node*));
                }

                parent->Children[parent->Count++] = child;
            }

            static Node* Wrap(Node** children, int count)
            {
                Node* node = (Node*)NativeMemory.AllocZeroed((nuint)sizeof(Node));
                for (int i = 0; i < count; i++)
                    Add(node, children[i]);
                return node;
            }
        }
        """);

    [Fact]
    public Task What_a_call_gives_through_its_argument_is_new_in_every_round() => Verify.DotNetAsync("""
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        unsafe struct Node { public Node** Children; public char* Text; }

        static unsafe class Trees
        {
            static void Free(Stack<nint> waiting)
            {
                while (waiting.TryPop(out nint top))
                {
                    Node* node = (Node*)top;
                    NativeMemory.Free(node->Children);
                    NativeMemory.Free(node->Text);
                    NativeMemory.Free(node);
                }
            }
        }
        """);

    [Fact]
    public Task What_a_call_gives_through_its_argument_is_still_released_twice_in_one_round() => Verify.DotNetAsync("""
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        unsafe struct Node { public char* Text; }

        static unsafe class Trees
        {
            static void Free(Stack<nint> waiting)
            {
                while (waiting.TryPop(out nint top))
                {
                    Node* node = (Node*)top;
                    NativeMemory.Free(node->Text);
                    NativeMemory.Free({|KMEM2003:node->Text|});
                    NativeMemory.Free(node);
                }
            }
        }
        """);

    /// <summary>The head comes from one earlier round, the end from another: neither is the other.</summary>
    [Theory]
    [InlineData("if (tail == null) head = i; else tail->next = i; tail = i;")]
    [InlineData("if (head == null) head = i; else tail->next = i; tail = i;")]
    [InlineData("i->next = null; if (tail != null) tail->next = i; else head = i; tail = i;")]
    [InlineData("i->next = head; head = i;")]
    public Task A_list_that_is_built_at_either_end_is_emptied_where_the_next_element_fails(string append) => Verify.CompleteAsync($$"""
        struct item { public int id; public item* next; }
        static void Drain(item* list) { while (list != null) { item* next = list->next; kfree(list); list = next; } }
        static item* New(int id) { item* i = (item*)kzalloc((nuint)sizeof(item), GFP_KERNEL); if (i != null) i->id = id; return i; }
        static item* Build(int n)
        {
            item* head = null, tail = null;
            for (int id = 0; id < n; id++)
            {
                item* i = New(id);
                if (i == null)
                {
                    Drain(head);
                    return null;
                }
                {{append}}
            }
            return head;
        }
        static item* BuildInPlace(int n)
        {
            item* head = null, tail = null;
            for (int id = 0; id < n; id++)
            {
                item* i = (item*)kzalloc((nuint)sizeof(item), GFP_KERNEL);
                if (i == null)
                {
                    while (head != null) { item* next = head->next; kfree(head); head = next; }
                    return null;
                }
                {{append}}
            }
            return head;
        }
        """);

    [Fact]
    public Task A_list_that_is_built_behind_an_element_of_the_methods_own_is_emptied() => Verify.CompleteAsync("""
        struct item { public int id; public item* next; }
        static void Drain(item* list) { while (list != null) { item* next = list->next; kfree(list); list = next; } }
        static item* Build(int n)
        {
            item first = default;
            item* tail = &first;
            while (n-- > 0)
            {
                item* i = (item*)kzalloc((nuint)sizeof(item), GFP_KERNEL);
                if (i == null)
                {
                    Drain(first.next);
                    return null;
                }
                tail->next = i;
                tail = i;
            }
            return first.next;
        }
        """);

    [Fact]
    public Task What_one_round_left_to_the_next_is_still_released_once() => Verify.MembersAsync("""
        static void Test(int n)
        {
            byte* last = null;
            for (int i = 0; i < n; i++)
            {
                byte* p = (byte*)kmalloc(8, GFP_KERNEL);
                kfree(last);
                if (p == null)
                {
                    kfree({|KMEM2003:last|});
                    return;
                }
                last = p;
            }
            kfree(last);
        }
        """);
}
