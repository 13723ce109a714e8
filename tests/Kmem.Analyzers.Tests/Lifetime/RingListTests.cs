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
        static void Discard(ref item* i) { kfree(i->data); kfree(i); i = null; }
        static void Discard(item** i) { kfree((*i)->data); kfree(*i); *i = null; }
        static void Link(item* at, item* i) { i->next = at->next; i->prev = at; at->next->prev = i; at->next = i; }
        static void Unlink(item* i) { i->prev->next = i->next; i->next->prev = i->prev; i->next = i->prev = null; }
        static item* Pop(head* h) { item* i = h->first.next; if (i == &h->first) return null; Unlink(i); return i; }

        """;

    [Theory]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; Unlink(i); Release(i); h->count--; }")]
    [InlineData("while (h->count > 8) { item* last = h->first.prev; Unlink(last); h->count--; Release(last); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; kfree(i); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; Release(i); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->next->prev = i->prev; i->prev->next = i->next; kfree(i->data); kfree(i); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; Discard(ref i); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; Discard(&i); }")]
    [InlineData("do { item* i = h->first.prev; i->prev->next = i->next; i->next->prev = i->prev; Release(i); h->count--; } while (h->count > 0);")]
    [InlineData("item* p = &h->first; while (p->next != p) { item* i = p->next; i->next->prev = i->prev; i->prev->next = i->next; Release(i); }")]
    [InlineData("item* next; for (item* i = h->first.next; i != &h->first; i = next) { next = i->next; i->prev->next = i->next; i->next->prev = i->prev; Release(i); }")]
    [InlineData("item* next; for (item* i = h->first.next; i != &h->first; i = next) { next = i->next; item* before = i->prev; Release(i); before->next = next; next->prev = before; }")]
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
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; Release(i); {|KMEM2004:i|}->key = 1; }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; i->prev->next = i->next; i->next->prev = i->prev; Release(i); Release({|KMEM2003:i|}); }")]
    [InlineData("while (h->first.next != &h->first) { item* i = h->first.next; Release(i); {|KMEM2004:i|}->prev->next = i->next; i->next->prev = i->prev; }")]
    [InlineData("item* next; for (item* i = h->first.next; i != &h->first; i = next) { Release(i); next = {|KMEM2004:i|}->next; }")]
    [InlineData("item* i = h->first.next; while (h->count-- > 0) Release({|KMEM2003:i|});")]
    public Task What_was_released_is_still_used(string statements) => Verify.CompleteAsync(List + "static void Test(head* h) { " + statements + " }");

    private const string Node = """
        struct node { public node* next, prev; }
        struct entry { public node at; public int key; public byte* data; }
        struct queue { public node entries; public int count; }
        static void Release(entry* e) { kfree(e->data); kfree(e); }
        static void Remove(node* n) { n->prev->next = n->next; n->next->prev = n->prev; }

        """;

    [Theory]
    [InlineData("while (q->entries.next != &q->entries) { entry* e = (entry*)q->entries.next; e->at.prev->next = e->at.next; e->at.next->prev = e->at.prev; Release(e); }")]
    [InlineData("while (q->entries.next != &q->entries) { entry* e = (entry*)q->entries.next; Remove(&e->at); Release(e); q->count--; }")]
    [InlineData("while (q->entries.next != &q->entries) { node* n = q->entries.next; n->prev->next = n->next; n->next->prev = n->prev; Release((entry*)n); }")]
    [InlineData("node* next; for (node* n = q->entries.next; n != &q->entries; n = next) { next = n->next; Remove(n); Release((entry*)n); }")]
    public Task The_way_to_an_element_is_long(string statements) => Verify.CompleteAsync(Node + "static void Test(queue* q) { " + statements + " }");

    [Theory]
    [InlineData("while (q->entries.next != &q->entries) { entry* e = (entry*)q->entries.next; e->at.prev->next = e->at.next; e->at.next->prev = e->at.prev; Release(e); {|KMEM2004:e|}->key = 1; }")]
    [InlineData("while (q->entries.next != &q->entries) { entry* e = (entry*)q->entries.next; Remove(&e->at); Release(e); Release({|KMEM2003:e|}); }")]
    public Task The_way_to_what_was_released_is_long(string statements) => Verify.CompleteAsync(Node + "static void Test(queue* q) { " + statements + " }");
}
