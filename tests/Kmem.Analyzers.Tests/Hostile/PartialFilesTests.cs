using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Types whose parts lie in several files, with and without some of these.</summary>
public class PartialFilesTests
{
    private static readonly (string Path, string Text)[] Files =
    [
        ("A.cs", "unsafe partial class P { spinlock_t lk; void* own; public partial void* Make([GfpFlags] gfp_t f); void A() { spin_lock(ref lk); B(); own = Make(GFP_KERNEL); Hook(1); spin_unlock(ref lk); } partial void Hook(int n); }"),
        ("B.cs", "unsafe partial class P { [return: Allocates(\"kmalloc\")] public partial void* Make(gfp_t f) => kmalloc(1, f); void B() { if (own != null) C(); A(); } }"),
        ("C.cs", "unsafe partial class P { void C() { msleep(1); B(); *(int*)own = 1; vfree(own); } partial void Hook(int n) { msleep(1); } partial struct Q { } }"),
        ("D.cs", "[AtomicContext] unsafe partial class P : IDisposable { public void Dispose() { kfree(own); C(); } partial struct Q { void M(P p) => p.A(); } }"),
    ];

    [Fact]
    public async Task Parts_are_analysed_in_every_selection_and_order()
    {
        for (int selection = 1; selection < 1 << Files.Length; selection++)
        {
            (string Path, string Text)[] files = [.. Files.Where((_, index) => (selection & 1 << index) != 0)];
            string name = string.Join(" ", files.Select(file => file.Path));

            await new HostileRun().BuildAsync(name, Prelude.Compile(OutputKind.DynamicallyLinkedLibrary, files));
            await new HostileRun().EditAsync(name, Prelude.Compile(OutputKind.DynamicallyLinkedLibrary, [.. files.Reverse()]));
        }
    }

    [Fact]
    public Task The_same_file_twice_is_analysed() =>
        new HostileRun().BuildAsync("twice", Prelude.Compile(OutputKind.DynamicallyLinkedLibrary, Files[0], Files[0], Files[1], Files[1]));
}
