using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A collection that knows what was allocated is told when it is released: to look for an address is no use of the memory.</summary>
public class LookedUpAddressTests
{
    [Theory]
    [InlineData("sizes.Remove(p);")]
    [InlineData("if (sizes.Remove(p, out int n)) GC.RemoveMemoryPressure(n);")]
    [InlineData("if (!all.Remove(p)) throw new InvalidOperationException();")]
    [InlineData("if (all.Contains(p)) all.Clear();")]
    [InlineData("int i = list.IndexOf(p); if (i >= 0) list.RemoveAt(i);")]
    [InlineData("if (sizes.TryGetValue(p, out int n)) GC.RemoveMemoryPressure(n);")]
    [InlineData("GC.RemoveMemoryPressure(sizes[p]); sizes[p] = 0;")]
    [InlineData("shared.TryRemove(p, out _);")]
    public Task It_is_looked_up(string statements) => Verify.CompleteAsync(Tracker(statements));

    [Theory]
    [InlineData("list.Add({|KMEM2004:p|});")]
    [InlineData("list[0] = {|KMEM2004:p|};")]
    [InlineData("sizes.Add({|KMEM2004:p|}, 1);")]
    [InlineData("free.Push({|KMEM2004:p|});")]
    [InlineData("Remove({|KMEM2004:p|});")]
    public Task It_is_stored_or_passed_on(string statements) => Verify.MembersAsync(Tracker(statements));

    private static string Tracker(string statements) => $$"""
        sealed class Tracker
        {
            readonly System.Collections.Generic.Dictionary<nint, int> sizes = new();
            readonly System.Collections.Concurrent.ConcurrentDictionary<nint, int> shared = new();
            readonly System.Collections.Generic.HashSet<nint> all = new();
            readonly System.Collections.Generic.List<nint> list = new();
            readonly System.Collections.Generic.Stack<nint> free = new();
            [DllImport("x")] static extern void Remove(nint p);
            void Drop(nint p) { Marshal.FreeHGlobal(p); {{statements}} }
        }
        """;
}
