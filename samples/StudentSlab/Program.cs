using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace StudentSlab;

/// <summary>
/// A module for the slab layer, as a program: makes the cache "testslab", takes two objects from it, gives them back and destroys it, and shows what /proc/slabinfo
/// would say on the way. What to look at is when the constructor runs: for every object of a slab, at the moment the slab is made; never for an allocation.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Slab Layer".
/// </summary>
internal static unsafe class Program
{
    private static int s_constructed;

    private static int Main()
    {
        kmem_cache? cache = kmem_cache_create("testslab", (nuint)sizeof(Student), 0, slab_flags_t.SLAB_HWCACHE_ALIGN, Construct);
        if (cache == null)
            return ENOMEM;
        Show("before", cache);
        int status = UseTwo(cache);
        Show("after", cache);
        return kmem_cache_destroy(cache) == 0 ? status : EBUSY;
    }

    private static int UseTwo(kmem_cache cache)
    {
        Student* first = (Student*)kmem_cache_alloc(cache, GFP_KERNEL);
        if (first == null)
            return ENOMEM;
        Student* second = (Student*)kmem_cache_alloc(cache, GFP_KERNEL);
        if (second == null)
        {
            kmem_cache_free(cache, first);
            return ENOMEM;
        }

        Console.WriteLine($"fresh: {Student.Describe(first)}; {Student.Describe(second)}");
        Student.Write(first, "Ada", 1);
        Student.Write(second, "Linus", 2);
        Console.WriteLine($"filled: {Student.Describe(first)}; {Student.Describe(second)}");
        Show("between", cache);
        // Free objects keep their state for the next user: who changed it restores it.
        Student.Construct(first);
        Student.Construct(second);
        kmem_cache_free(cache, second);
        kmem_cache_free(cache, first);
        return 0;
    }

    private static void Construct(void* obj)
    {
        s_constructed++;
        Student.Construct((Student*)obj);
    }

    private static void Show(string when, kmem_cache cache)
    {
        Console.WriteLine($"--- {when}: objects of {kmem_cache_size(cache)} bytes, the constructor has run {s_constructed} times");
        string[] lines = slabinfo().Split('\n');
        Console.WriteLine(lines[1]);
        Console.WriteLine(lines.Single(line => line.StartsWith("testslab ", StringComparison.Ordinal)));
    }
}
