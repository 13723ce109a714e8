namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>
/// A driver as its author would write it: structs with locks, rings and lists, and some twenty methods over them. One method
/// of three calls the kernel's functions; helpers call each other five deep; one method of fifty is wrong.
/// </summary>
internal sealed class DriverFile
{
    private const int PlainMethods = 8;
    private const int ContractedMethods = 5;
    private const int OneDefectIn = 50;

    private static readonly string[] Buses = ["net", "disk", "usb", "snd", "gpu", "mtd", "nvme", "tty", "rtc", "spi", "can", "phy"];

    private readonly DriverNames _names;

    private DriverFile(DriverNames names) => _names = names;

    public static SourceFile Create(int number, Random random)
    {
        var names = new DriverNames(Buses[number % Buses.Length] + number, random);
        return new SourceFile($"Drivers/{names.Prefix}.cs", new DriverFile(names).Text(number));
    }

    private string Text(int number)
    {
        var methods = new List<string>();
        for (var i = 0; i < PlainMethods / 2; i++)
            methods.Add(PlainShapes.Write(_names));
        methods.AddRange(HelperChain.Write(_names));
        for (var i = 0; i < ContractedMethods; i++)
            methods.Add(Contracted(methodsBefore: (number * 18) + methods.Count));
        for (var i = 0; i < PlainMethods / 2; i++)
            methods.Add(PlainShapes.Write(_names));

        return $$"""
            using System;
            using Kmem;
            using Kmem.Annotations;
            using static Kmem.Kernel;

            namespace Drivers;

            {{Structs()}}

            internal static unsafe class {{_names.Prefix}}_driver
            {
                private static readonly PerCpu<uint> {{_names.Prefix}}_events = DEFINE_PER_CPU<uint>("{{_names.Prefix}}");
                private static readonly mutex {{_names.Prefix}}_setup = new();
                private static kmem_cache? {{_names.Prefix}}_requests;

                {{CodeText.Indent(CodeText.Join(methods, "\n\n"), 1)}}
            }

            """;
    }

    private string Contracted(int methodsBefore)
    {
        // The contracted methods of a file stand for all of them, plain ones included.
        var isDefective = methodsBefore % OneDefectIn < 18 / ContractedMethods;
        return isDefective ? DefectShapes.Write(_names) : ContractShapes.Write(_names);
    }

    private string Structs()
    {
        var p = _names.Prefix;
        return $$"""
            internal unsafe struct {{p}}_request
            {
                public {{p}}_request* next;
                public byte* data;
                public nuint length;
                public uint tag;
                public uint flags;
                public int status;
                public ulong deadline;
            }

            internal unsafe struct {{p}}_ring
            {
                public spinlock_t guard;
                public void** slots;
                public uint head;
                public uint tail;
                public uint mask;
                public nuint bytes;
            }

            internal unsafe struct {{p}}_device
            {
                public spinlock_t guard;
                public {{p}}_ring receive;
                public {{p}}_ring transmit;
                public {{p}}_request* pending;
                public {{p}}_request* idle;
                public byte* window;
                public nuint page;
                public uint features;
                public int users;
                public int state;
                public ulong errors;
                public fixed uint counters[16];
            }
            """;
    }
}
