using System.Collections.Concurrent;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>A small kernel with contracts, so that the analyzers have something to follow in every shape.</summary>
internal static class Prelude
{
    private const string Kernel = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Runtime.InteropServices;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Kmem;
        global using Kmem.Annotations;
        global using static Kmem.Kernel;
        global using static Kmem.gfp_t;

        namespace Kmem;

        [Flags]
        public enum gfp_t : uint
        {
            __GFP_DMA = 0x01, __GFP_HIGHMEM = 0x02, __GFP_WAIT = 0x10, __GFP_HIGH = 0x20, __GFP_IO = 0x40, __GFP_FS = 0x80, __GFP_NOFAIL = 0x800,
            GFP_ATOMIC = __GFP_HIGH, GFP_NOIO = __GFP_WAIT, GFP_NOFS = __GFP_WAIT | __GFP_IO, GFP_KERNEL = __GFP_WAIT | __GFP_IO | __GFP_FS,
        }

        public struct spinlock_t { public int raw; }
        public sealed class PerCpu<T> where T : unmanaged { public T Value; }
        public unsafe struct ring { public byte* buf; public ring* next; public int head; public spinlock_t lk; }
        public unsafe class device { public ring* ring; public spinlock_t lk; public void* data; public readonly bool irq; public device parent = null!; public PerCpu<int> counter = new(); }

        public static unsafe class Kernel
        {
            [return: Allocates("kmalloc")] public static extern void* kmalloc([AllocationSize] nuint size, [GfpFlags] gfp_t flags);
            [return: Allocates("kmalloc", Zeroed = true)] public static extern void* kzalloc([AllocationSize] nuint size, [GfpFlags] gfp_t flags);
            [return: Allocates("kmalloc")] public static extern void* krealloc([Reallocates] void* p, nuint size, [GfpFlags] gfp_t flags);
            [NeverSleeps] public static extern void kfree([Frees("kmalloc")] void* p);
            [MightSleep] [return: Allocates("vmalloc")] public static extern void* vmalloc(nuint size);
            [MightSleep] public static extern void vfree([Frees("vmalloc")] void* p);
            [return: Allocates("pages")] public static extern nuint __get_free_pages([GfpFlags] gfp_t flags, [PageOrder] uint order);
            public static extern void free_pages([Frees("pages")] nuint address, [PageOrder] uint order);
            public static extern ref T get_cpu_var<T>([EntersAtomic("percpu")] PerCpu<T> var) where T : unmanaged;
            public static extern void put_cpu_var<T>([LeavesAtomic("percpu")] PerCpu<T> var) where T : unmanaged;
            public static extern void spin_lock([AcquiresSpinlock] ref spinlock_t l);
            public static extern bool spin_trylock([AcquiresSpinlock(When = Outcome.True)] ref spinlock_t l);
            public static extern void spin_unlock([ReleasesSpinlock] ref spinlock_t l);
            [EntersAtomic("irq")] public static extern void local_irq_disable();
            [LeavesAtomic("irq")] public static extern void local_irq_enable();
            [EntersAtomic("preemption")] public static extern void preempt_disable();
            [LeavesAtomic("preemption")] public static extern void preempt_enable();
            [MightSleep] public static extern void msleep(uint ms);
            public static extern bool in_atomic();
            public static extern void call_in_place([InvokedInPlace] Action action);
            public static extern void on_interrupt([AtomicContext] Action action);
        }
        """;

    private static readonly ConcurrentDictionary<OutputKind, CSharpCompilation> Kernels = new();

    /// <summary>Compiles files beside the kernel; the references are bound once for all.</summary>
    public static CSharpCompilation Compile(OutputKind output, params (string Path, string Text)[] files) =>
        KernelFor(output).AddSyntaxTrees(files.Select(file => SourceProject.Parse(file.Path, file.Text)));

    /// <summary>Compiles a shape beside the kernel.</summary>
    public static CSharpCompilation Compile(Shape shape) => Compile(shape.Output, ("Shape.cs", shape.Code));

    private static CSharpCompilation KernelFor(OutputKind output) => Kernels.GetOrAdd(output, kind =>
    {
        CSharpCompilation compilation = SourceProject.Compile("Kernel", ("Kernel.cs", Kernel));
        compilation = compilation
            .WithOptions(compilation.Options.WithOutputKind(kind))
            .WithReferences(compilation.References.Where(reference => Path.GetFileName(reference.Display) != "Kmem.dll"));
        _ = compilation.GetSpecialType(SpecialType.System_Object);
        return compilation;
    });
}
