using System.Runtime.CompilerServices;

namespace Kmem.Execution;

/// <summary>
/// The one thread static of the hot paths. .NET keeps only a few bytes of thread statics at a fixed place, first come first served: what
/// comes later is found through a table and costs a quarter more, so this class holds nothing else and is touched when the module loads.
/// </summary>
internal static unsafe class FastThread
{
    /// <summary>The calling thread's block in the process-wide machine; null before its first use of it.</summary>
    [ThreadStatic]
    public static CpuBlock* Block;

#pragma warning disable CA2255 // A module initializer in a library: the claim has to come before anybody else's thread statics.
    [ModuleInitializer]
    internal static void Claim() => Block = null;
#pragma warning restore CA2255
}
