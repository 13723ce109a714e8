using System.Buffers;
using System.Runtime.CompilerServices;
using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace NativeDriver;

/// <summary>
/// A driver that is compiled ahead of time: <c>dotnet publish -r linux-x64 -p:PublishAot=true</c> makes one native file of it, which starts in milliseconds. It uses each part of the
/// runtime once, so that a warning of the compiler about any of them would show here.
/// </summary>
internal static unsafe class Program
{
    private static int Main()
    {
        MachineOptions options = new() { Debug = MachineDebug.AtomicSleep, Log = Console.WriteLine };
        options.Devices.Add(SensorCard.Region);
        Boot(options);
        Console.WriteLine($"compiled ahead of time: {!RuntimeFeature.IsDynamicCodeSupported}");
        int status = RunSensor();
        ShowMemory();
        FindBug();
        return status;
    }

    private static int RunSensor()
    {
        using Sensor sensor = new();
        int status = sensor.Start();
        if (status != 0)
            return -status;
        for (uint round = 1; round <= 10; round++)
            SensorCard.Measure(sensor.Buffer, [round, round + 1, round + 2]);
        Console.WriteLine($"sensor: {sensor.Count} samples, sum {sensor.Sum}");
        return 0;
    }

    private static void ShowMemory()
    {
        using (IMemoryOwner<byte> small = KmemMemoryPool.Shared.Rent(1000), large = KmemMemoryPool.Shared.Rent(1 << 20))
        {
            small.Memory.Span.Fill(1);
            large.Memory.Span.Fill(2);
            Console.WriteLine($"rented: {small.Memory.Length} and {large.Memory.Length} bytes, the larger in {vmallocinfo().Count(c => c == '\n')} area");
        }

        PerCpu<long> counter = DEFINE_PER_CPU<long>("rounds");
        get_cpu_var(counter)++;
        put_cpu_var(counter);
        long sum = 0;
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
            sum += per_cpu(counter, cpu);
        Console.WriteLine($"counted: {sum}");
        Console.Write(meminfo());
    }

    private static void FindBug()
    {
        void* p = kmalloc(100, GFP_KERNEL);
        kfree(p);
        try
        {
#pragma warning disable KMEM2003 // The second release is the point.
            kfree(p);
#pragma warning restore KMEM2003
        }
        catch (KernelBugException bug)
        {
            Console.WriteLine(bug.Message);
        }
    }
}
