using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Lists that lead back to their head: taking an element out changes the head through the element's neighbours.</summary>
public class RingListTests
{
    private const string List = """
        struct item { public item* next, prev; public int key; public byte* data; }
        struct head { public item first; public int count; }
        static void Release(item* i) { kfree(i->data); kfree(i); }
        static void Link(item* at, item* i) { i->next = at->next; i->prev = at; at->next->prev = i; at->next = i; }
        static void Unlink(item* i) { i->prev->next = i->next; i->next->prev = i->prev; i->next = i->prev = null; }
        static item* Pop(head* h) { item* i = h->first.next; if (i == &h->first) return null; Unlink(i); return i; }

        """;

    [Theory]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; Unlink(i); Release(i); h->count--; }")]
    [InlineData("while (h->count > 8) { item* last = h->first.prev; Unlink(last); h->count--; Release(last); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; kfree(i); }")]
    [InlineData("item* i; while ((i = Pop(h)) != null) Release(i);")]
    [InlineData("item* i; while ((i = Pop(h)) != null) { if (i->key == 1) Release(i); else Link(&to->first, i); }")]
    [InlineData("item* next; for (item* i = h->first.next; i != &h->first; i = next) { next = i->next; if (i->key != 3) continue; Unlink(i); Release(i); }")]
    [InlineData("for (item* i = h->first.prev, before; i != &h->first; i = before) { before = i->prev; Release(i); } h->first.next = h->first.prev = &h->first;")]
    [InlineData("item* a = h->first.next; Unlink(a); item* b = h->first.next; Unlink(b); Release(a); Release(b);")]
    public Task Elements_are_taken_out_and_released(string statements) => Verify.CompleteAsync(List + "static void Test(head* h, head* to) { " + statements + " }");

    [Theory]
    [InlineData("item* i = h->first.next; Unlink(i); Release(i); {|KMEM2004:i|}->key = 1;")]
    [InlineData("item* i = h->first.next; Unlink(i); Release(i); Release({|KMEM2003:i|});")]
    [InlineData("item* i = h->first.next; Release(i); Unlink({|KMEM2004:i|});")]
    [InlineData("for (item* i = h->first.next; i != &h->first; i = {|KMEM2004:i|}->next) Release(i);")]
    public Task What_was_released_is_still_used(string statements) => Verify.CompleteAsync(List + "static void Test(head* h) { " + statements + " }");
}
