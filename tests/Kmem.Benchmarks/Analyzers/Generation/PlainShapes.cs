namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Methods of a driver that call nothing with a contract: arithmetic, searches, state machines, parsing.</summary>
internal static class PlainShapes
{
    private static readonly Func<DriverNames, string>[] Shapes = [Checksum, StateMachine, Search, Parse, Occupancy, Sort, Accounting];

    public static string Write(DriverNames names) => names.Random.Pick(Shapes)(names);

    private static string Checksum(DriverNames names) => $$"""
        public static uint {{names.NewPlainMethod("checksum")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            uint sum = 0xFFFF;
            for (var i = 0; i < 16; i++)
            {
                sum += dev->counters[i] ^ value;
                if ((sum & 0x8000) != 0)
                    sum = (sum << 1) ^ 0x1021;
                else
                    sum <<= 1;
            }

            {{CodeText.Indent(names.Statements(3), 1)}}
            return sum ^ value ^ (uint)status;
        }
        """;

    private static string StateMachine(DriverNames names) => $$"""
        public static uint {{names.NewPlainMethod("advance")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            switch (dev->state)
            {
                case 0 when dev->users > 0:
                    dev->state = 1;
                    break;
                case 1:
                    dev->state = (value & 1) != 0 ? 2 : 3;
                    status = 1;
                    break;
                case 2:
                case 3:
                    dev->state = dev->errors > 100 ? 4 : 1;
                    dev->errors = 0;
                    break;
                default:
                    dev->state = 0;
                    return value;
            }

            {{CodeText.Indent(names.Statements(2), 1)}}
            return value + (uint)status;
        }
        """;

    private static string Search(DriverNames names) => $$"""
        public static uint {{names.NewPlainMethod("find")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            {{names.Prefix}}_request* found = null;
            for (var request = dev->pending; request != null; request = request->next)
            {
                if (request->tag != value)
                    continue;
                if (found == null || request->deadline < found->deadline)
                    found = request;
            }

            if (found == null)
                return 0;

            {{CodeText.Indent(names.Statements(3), 1)}}
            found->status = status;
            found->flags |= value;
            return found->tag;
        }
        """;

    private static string Parse(DriverNames names) => $$"""
        public static uint {{names.NewPlainMethod("parse")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            uint offset = 0;
            if (dev->window == null)
                goto invalid;

            while (offset < 64)
            {
                var kind = dev->window[offset];
                uint length = dev->window[offset + 1];
                if (length < 2)
                    goto invalid;
                if (kind == (byte)value)
                    break;
                offset += length;
            }

            {{CodeText.Indent(names.Statements(2), 1)}}
            return offset + value + (uint)status;

        invalid:
            dev->errors++;
            return uint.MaxValue;
        }
        """;

    private static string Occupancy(DriverNames names) => $$"""
        private static uint {{names.NewPlainMethod("room")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            ref var ring = ref dev->transmit;
            var used = (ring.head - ring.tail) & ring.mask;
            if (used > ring.mask / 2)
            {
                ring = ref dev->receive;
                used = (ring.head - ring.tail) & ring.mask;
                status = -EBUSY;
            }

            {{CodeText.Indent(names.Statements(4), 1)}}
            return status < 0 ? 0 : ring.mask - used + value;
        }
        """;

    private static string Sort(DriverNames names) => $$"""
        private static uint {{names.NewPlainMethod("order")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            for (var i = 1; i < 16; i++)
            {
                var current = dev->counters[i];
                var position = i - 1;
                while (position >= 0 && dev->counters[position] > current)
                {
                    dev->counters[position + 1] = dev->counters[position];
                    position--;
                    status++;
                }

                dev->counters[position + 1] = current;
            }

            {{CodeText.Indent(names.Statements(2), 1)}}
            return value + (uint)status;
        }
        """;

    private static string Accounting(DriverNames names) => $$"""
        private static uint {{names.NewPlainMethod("account")}}({{names.Prefix}}_device* dev, uint value)
        {
            var status = 0;
            try
            {
                dev->users++;
                {{CodeText.Indent(names.Statements(4), 2)}}
                if (value == 0 && status == 0)
                    return 1;
            }
            finally
            {
                dev->users--;
            }

            return checked((uint)Math.Max(0, status & 0xFFFF)) + value;
        }
        """;
}
