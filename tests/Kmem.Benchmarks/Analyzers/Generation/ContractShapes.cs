namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Correct methods of a driver that allocate, release, lock, sleep and run in interrupts.</summary>
internal static class ContractShapes
{
    private static readonly Func<DriverNames, string>[] Shapes =
    [
        CreateRequest, Submit, SetUpRings, Drain, Resize, CountEvent, CopyOut, HandleInterrupt, MapPage, TryComplete, TakeFromCache, Poll, FetchThroughHelpers,
    ];

    public static string Write(DriverNames names) => names.Random.Pick(Shapes)(names);

    private static string CreateRequest(DriverNames names) => $$"""
        public static {{names.Prefix}}_request* {{names.NewMethod("create")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(2), 1)}}
            var request = ({{names.Prefix}}_request*)kzalloc((nuint)sizeof({{names.Prefix}}_request), gfp_t.GFP_KERNEL);
            if (request == null)
                return null;

            request->length = value & 0xFFF;
            request->data = (byte*)kmalloc(request->length, gfp_t.GFP_KERNEL);
            if (request->data == null)
                goto out_free;

            request->tag = value;
            request->status = status;
            if ((dev->features & 1) != 0 && request->length > 64)
                goto out_data;
            return request;

        out_data:
            kfree(request->data);
        out_free:
            kfree(request);
            return null;
        }
        """;

    private static string Submit(DriverNames names) => $$"""
        public static int {{names.NewMethod("submit")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(2), 1)}}
            spin_lock_irqsave(ref dev->guard, out var flags);
            for (var request = dev->pending; request != null; request = request->next)
            {
                if (request->data != null)
                    continue;

                var buffer = (byte*)kmalloc(request->length, gfp_t.GFP_ATOMIC);
                if (buffer == null)
                {
                    status = -ENOMEM;
                    break;
                }

                buffer[0] = (byte)value;
                request->data = buffer;
            }

            spin_unlock_irqrestore(ref dev->guard, flags);
            return status;
        }
        """;

    private static string SetUpRings(DriverNames names) => $$"""
        public static int {{names.NewMethod("setup")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = -ENOMEM;
            nuint entries = {{names.Random.Next(16, 512)}};
            {{CodeText.Indent(names.Statements(2), 1)}}
            dev->receive.slots = (void**)kcalloc(entries, (nuint)sizeof(void*), gfp_t.GFP_KERNEL);
            if (dev->receive.slots == null)
                return status;
            dev->transmit.slots = (void**)kmalloc_array(entries, (nuint)sizeof(void*), gfp_t.GFP_KERNEL);
            if (dev->transmit.slots == null)
                goto out_receive;
            dev->window = (byte*)vmalloc(entries * PAGE_SIZE);
            if (dev->window == null)
                goto out_transmit;
            dev->page = __get_free_pages(gfp_t.GFP_KERNEL, 1);
            if (dev->page == 0)
                goto out_window;

            spin_lock_init(ref dev->guard);
            dev->receive.mask = (uint)entries - 1;
            return 0;

        out_window:
            vfree(dev->window);
        out_transmit:
            kfree(dev->transmit.slots);
        out_receive:
            kfree(dev->receive.slots);
            return status;
        }
        """;

    private static string Drain(DriverNames names) => $$"""
        public static int {{names.NewMethod("drain")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            spin_lock(ref dev->guard);
            var list = dev->pending;
            dev->pending = null;
            {{CodeText.Indent(names.Statements(2), 1)}}
            spin_unlock(ref dev->guard);

            while (list != null)
            {
                var next = list->next;
                if ((list->flags & value) != 0)
                    status++;
                kfree(list->data);
                kfree(list);
                list = next;
            }

            return status;
        }
        """;

    private static string Resize(DriverNames names) => $$"""
        public static int {{names.NewMethod("resize")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            mutex_lock({{names.Prefix}}_setup);
            try
            {
                var bytes = (nuint)(value & 0xFF) * (nuint)sizeof(void*);
                var slots = (void**)krealloc(dev->transmit.slots, bytes, gfp_t.GFP_KERNEL);
                if (slots == null)
                    return -ENOMEM;

                {{CodeText.Indent(names.Statements(2), 2)}}
                dev->transmit.slots = slots;
                dev->transmit.bytes = bytes;
                return status;
            }
            finally
            {
                mutex_unlock({{names.Prefix}}_setup);
            }
        }
        """;

    private static string CountEvent(DriverNames names) => $$"""
        public static uint {{names.NewMethod("count")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(2), 1)}}
            ref var events = ref get_cpu_var({{names.Prefix}}_events);
            events += value;
            var seen = events;
            put_cpu_var({{names.Prefix}}_events);

            preempt_disable();
            if (seen > 1000 && dev->users > 0)
                dev->errors += (ulong)smp_processor_id();
            preempt_enable();

            {{CodeText.Indent(names.Statements(2), 1)}}
            return seen + (uint)status;
        }
        """;

    private static string CopyOut(DriverNames names) => $$"""
        public static int {{names.NewMethod("read")}}({{names.Prefix}}_device* dev, void* user, uint value)
        {
            var status = 0;
            nuint length = value & 0x7FF;
            var needsCopy = (dev->features & 2) != 0;
            byte* bounce = null;
            if (needsCopy)
            {
                bounce = (byte*)kmalloc(length, gfp_t.GFP_KERNEL);
                if (bounce == null)
                    return -ENOMEM;
            }

            {{CodeText.Indent(names.Statements(2), 1)}}
            if (needsCopy)
            {
                spin_lock_irq(ref dev->guard);
                memcpy(bounce, dev->window, length);
                spin_unlock_irq(ref dev->guard);
            }

            if (copy_to_user(user, needsCopy ? bounce : dev->window, length) != 0)
                status = -EFAULT;
            if (needsCopy)
                kfree(bounce);
            return status;
        }
        """;

    private static string HandleInterrupt(DriverNames names) => $$"""
        [AtomicContext(AtomicKind.HardIrq)]
        public static int {{names.NewMethod("interrupt")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{CodeText.Indent(names.Statements(1), 1)}}
            switch (value & 7)
            {
                case 0:
                    return 0;
                case 1:
                    var request = ({{names.Prefix}}_request*)kzalloc((nuint)sizeof({{names.Prefix}}_request), gfp_t.GFP_ATOMIC | gfp_t.__GFP_NOWARN);
                    if (request == null)
                        return -ENOMEM;
                    request->next = dev->pending;
                    dev->pending = request;
                    break;
                case 2:
                    spin_lock(ref dev->receive.guard);
                    dev->receive.head = (dev->receive.head + 1) & dev->receive.mask;
                    spin_unlock(ref dev->receive.guard);
                    break;
                default:
                    dev->errors++;
                    break;
            }

            {{CodeText.Indent(names.Statements(1), 1)}}
            return status;
        }
        """;

    private static string MapPage(DriverNames names) => $$"""
        public static int {{names.NewMethod("map")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            var page = alloc_page(gfp_t.GFP_HIGHUSER);
            if (page == null)
                return -ENOMEM;

            var address = (byte*)kmap(page);
            memset(address, (int)(value & 0xFF), PAGE_SIZE);
            kunmap(page);
            {{CodeText.Indent(names.Statements(3), 1)}}
            var window = (byte*)kmap_atomic(page, km_type.KM_USER0);
            for (var i = 0; i < 16; i++)
                dev->counters[i] += window[i];
            kunmap_atomic(window, km_type.KM_USER0);

            __free_page(page);
            return status;
        }
        """;

    private static string TryComplete(DriverNames names) => $$"""
        public static int {{names.NewMethod("complete")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = -EBUSY;
            if (!spin_trylock(ref dev->transmit.guard))
                return status;

            var request = dev->pending;
            if (request == null || request->tag != value)
            {
                spin_unlock(ref dev->transmit.guard);
                return -EINVAL;
            }

            dev->pending = request->next;
            {{CodeText.Indent(names.Statements(2), 1)}}
            spin_unlock(ref dev->transmit.guard);
            if (request->status < 0)
                status = request->status;
            kfree(request->data);
            kfree(request);
            return status;
        }
        """;

    private static string TakeFromCache(DriverNames names) => $$"""
        public static int {{names.NewMethod("take")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            if ({{names.Prefix}}_requests is not { } cache)
                return -EINVAL;

            var request = ({{names.Prefix}}_request*)kmem_cache_alloc(cache, gfp_t.GFP_KERNEL);
            if (request == null)
                return -ENOMEM;

            request->tag = value;
            request->data = null;
            {{CodeText.Indent(names.Statements(3), 1)}}
            if (status < 0)
            {
                kmem_cache_free(cache, request);
                return status;
            }

            spin_lock_bh(ref dev->guard);
            request->next = dev->idle;
            dev->idle = request;
            spin_unlock_bh(ref dev->guard);
            return 0;
        }
        """;

    private static string Poll(DriverNames names) => $$"""
        public static int {{names.NewMethod("poll")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            might_sleep();
            for (var round = 0; round < {{names.Random.Next(3, 20)}}; round++)
            {
                if (dev->state == 2)
                    return round;
                {{CodeText.Indent(names.Statements(2), 2)}}
                if (dev->errors > 10)
                {
                    status = -EIO;
                    break;
                }

                msleep(value & 7);
            }

            printk("{{names.Prefix}}: gave up");
            return status == 0 ? -EBUSY : status;
        }
        """;

    private static string FetchThroughHelpers(DriverNames names) => $$"""
        public static int {{names.NewMethod("load")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            var first = {{names.AllocatingHelper}}(dev, value & 0xFF, gfp_t.GFP_KERNEL);
            if (first == null)
                return -ENOMEM;

            spin_lock(ref dev->guard);
            {{CodeText.Indent(names.Statements(2), 1)}}
            var second = {{names.AllocatingHelper}}(dev, value, gfp_t.GFP_ATOMIC);
            if (second == null)
            {
                status = -ENOMEM;
                goto out_unlock;
            }

            second[0] = first[0];
            kfree(second);

        out_unlock:
            spin_unlock(ref dev->guard);
            kfree(first);
            return status;
        }
        """;
}
