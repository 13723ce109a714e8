using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A list whose first and last element are the same: who empties it sets both ends.</summary>
public class ListEndsTests
{
    private const string List = """
        struct item { public item* next; public int n; }
        struct list { public item* first; public item* last; }
        static item* Take(list* l)
        {
            item* taken = l->first;
            if (taken != null) l->first = taken->next;
            if (l->first == null) l->last = null;
            return taken;
        }
        static void Drain(list* l) { for (item* i = Take(l); i != null; i = Take(l)) kfree(i); }
        static void Append(list* l)
        {
            item* added = (item*)kmalloc(16, GFP_KERNEL);
            if (added == null) return;
            added->next = null;
            if (l->last == null) l->first = added; else l->last->next = added;
            l->last = added;
        }

        """;

    [Fact]
    public Task Filled_and_emptied_in_turn() => Verify.MembersAsync(List + "static void Run(list* l, int n) { for (int i = 0; i < n; i++) { Append(l); Drain(l); } }");

    [Fact]
    public Task Filled_emptied_and_filled_again() => Verify.MembersAsync(List + "static void Run(list* l) { Append(l); Drain(l); Append(l); }");

    // The place that the callee took the memory from is no other name of it.
    [Fact]
    public Task Emptied_by_who_leaves_the_pointer_behind() => Verify.MembersAsync("""
        static void Free(device dev) { kfree(dev.buf); }
        static void Run(device dev) { byte* p = (byte*)kmalloc(16, GFP_KERNEL); dev.buf = p; Free(dev); if (dev.buf != null) {|KMEM2004:dev.buf|}[0] = 1; }
        """);
}
