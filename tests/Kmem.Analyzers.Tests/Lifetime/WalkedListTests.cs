using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A loop from element to element of a list: from the second round on, the element is any of them.</summary>
public class WalkedListTests
{
    private const string Item = "struct item { public item* next; public byte* data; public int tag; public spinlock_t guard; }\n";

    [Theory]
    [InlineData("item* i = list; while (i != null) { item* next = i->next; kfree(i); i = next; }")]
    [InlineData("for (item* i = list, next; i != null; i = next) { next = i->next; kfree(i->data); kfree(i); }")]
    [InlineData("item* prev = null; for (item* i = list; i != null; prev = i, i = i->next) { if (i->tag != 3) continue; if (prev != null) prev->next = i->next; kfree(i); break; }")]
    [InlineData("item** place = &list; while (*place != null) { item* i = *place; if (i->tag == 0) { *place = i->next; kfree(i); } else place = &i->next; }")]
    [InlineData("item* best = null; for (item* i = list; i != null; i = i->next) if (best == null || i->tag < best->tag) best = i; if (best != null) { kfree(best->data); best->data = null; }")]
    [InlineData("for (item* i = list; i != null; i = i->next) for (item* j = i->next; j != null; j = j->next) if (i->tag == j->tag) j->tag++;")]
    [InlineData("while (list != null) { item* i = list; list = i->next; kfree(i->data); kfree(i); }")]
    [InlineData("item* i = list; while (i != null && i->next != null) { item* gone = i->next; i->next = gone->next; kfree(gone); i = i->next; }")]
    [InlineData("for (item* i = list; i != null; i = i->next) { byte* made = (byte*)kmalloc(8, GFP_KERNEL); if (made == null) return; kfree(i->data); i->data = made; }")]
    [InlineData("for (item* i = list; i != null; i = i->next) { byte* made = (byte*)kmalloc(8, GFP_KERNEL); if (made == null) continue; made[0] = 1; kfree(made); }")]
    public Task Correct_walks(string statements) => Verify.CompleteAsync(Item + "static void Test(item* list) { " + statements + " }");

    [Theory]
    [InlineData("for (item* i = list; i != null; i = {|KMEM2004:i|}->next) kfree(i);")]
    [InlineData("item* i = list; while (i != null) { item* next = i->next; kfree(i); kfree({|KMEM2003:i|}); i = next; }")]
    [InlineData("item* i = list; while (i != null) { item* next = i->next; kfree(i->data); i->tag = {|KMEM2004:i->data|}[0]; i = next; }")]
    [InlineData("item* last = null; item* i = list; while (i != null) { item* next = i->next; last = i; kfree(i); i = next; } if (last != null) {|KMEM2004:last|}->tag = 1;")]
    [InlineData("for (item* i = list; i != null; i = i->next) { byte* made = (byte*)kmalloc(8, GFP_KERNEL); {|KMEM2001:made|}[0] = 1; kfree(made); }")]
    [InlineData("for (item* i = list; i != null; i = i->next) { byte* made = (byte*)kmalloc(8, GFP_KERNEL); if (made == null) return; if (i->tag == 3) continue; kfree(made); {|KMEM2005:}|}")]
    [InlineData("int rounds = 0; item* gone = null; for (item* i = list; i != null; i = i->next) { if (rounds++ > 1 && gone != null) {|KMEM2004:gone|}->tag = 1; if (gone != null) continue; gone = (item*)kmalloc(64, GFP_KERNEL); if (gone == null) return; kfree(gone); }")]
    public Task Faulty_walks(string statements) => Verify.CompleteAsync(Item + "static void Test(item* list) { " + statements + " }");

    [Fact]
    public Task Each_element_is_locked_before_the_one_in_front_of_it_is_unlocked() => Verify.CompleteAsync(Item + """
        static int Find(item* list, int tag)
        {
            if (list == null)
                return -1;
            spin_lock(ref list->guard);
            item* i = list;
            while (i->tag != tag)
            {
                item* next = i->next;
                if (next == null)
                    break;
                spin_lock(ref next->guard);
                spin_unlock(ref i->guard);
                i = next;
            }

            int found = i->tag;
            spin_unlock(ref i->guard);
            return found;
        }
        """);

    [Fact]
    public Task An_element_that_stays_locked_is_reported() => Verify.CompleteAsync(Item + """
        static void Mark(item* list)
        {
            for (item* i = list; i != null; i = i->next)
            {
                spin_lock(ref i->guard);
                if (i->tag == 0)
                    {|KMEM1004:return|};
                i->tag = 0;
                spin_unlock(ref i->guard);
            }
        }
        """);
}
