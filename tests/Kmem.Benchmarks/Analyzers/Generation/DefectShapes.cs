namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Methods of a driver with one defect each, of the kinds that the analyzers report.</summary>
internal static class DefectShapes
{
    private static readonly Func<DriverNames, string>[] Shapes = [SleepsUnderLock, Unchecked, WrongRelease, SleepsInHelper];

    public static string Write(DriverNames names) => names.Random.Pick(Shapes)(names);

    private static string SleepsUnderLock(DriverNames names) => $$"""
        public static int {{names.NewMethod("queue")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(2), 1)}}
            spin_lock(ref dev->guard);
            var request = ({{names.Prefix}}_request*)kzalloc((nuint)sizeof({{names.Prefix}}_request), gfp_t.GFP_KERNEL);
            if (request == null)
            {
                spin_unlock(ref dev->guard);
                return -ENOMEM;
            }

            request->tag = value;
            request->next = dev->pending;
            dev->pending = request;
            spin_unlock(ref dev->guard);
            return status;
        }
        """;

    private static string Unchecked(DriverNames names) => $$"""
        public static int {{names.NewMethod("prepare")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            var request = ({{names.Prefix}}_request*)kmalloc((nuint)sizeof({{names.Prefix}}_request), gfp_t.GFP_KERNEL);
            request->tag = value;
            {{CodeText.Indent(names.Statements(4), 1)}}
            request->status = status;
            request->next = dev->idle;
            dev->idle = request;
            return status;
        }
        """;

    private static string WrongRelease(DriverNames names) => $$"""
        public static int {{names.NewMethod("probe")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            var table = (uint*)vmalloc(4 * PAGE_SIZE);
            if (table == null)
                return -ENOMEM;

            {{CodeText.Indent(names.Statements(4), 1)}}
            table[0] = value;
            if (dev->window != null)
                status = dev->window[0];
            kfree(table);
            return status;
        }
        """;

    private static string SleepsInHelper(DriverNames names) => $$"""
        public static int {{names.NewMethod("refill")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(2), 1)}}
            preempt_disable();
            var buffer = {{names.AllocatingHelper}}(dev, value, gfp_t.GFP_KERNEL);
            preempt_enable();
            if (buffer == null)
                return -ENOMEM;

            {{CodeText.Indent(names.Statements(1), 1)}}
            dev->window = buffer;
            return status;
        }
        """;
}
