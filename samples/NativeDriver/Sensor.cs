using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace NativeDriver;

/// <summary>The driver: a coherent buffer for the card, an interrupt handler that queues what came, and a tasklet that adds it up.</summary>
internal sealed unsafe class Sensor : IDisposable
{
    private const nuint BufferBytes = PAGE_SIZE;

    private readonly device _device = new("sensor");
    private readonly tasklet_struct _tasklet = new();
    private readonly KmemCache<Batch> _batches = new("sensor_batch");
    private byte* _registers;
    private uint* _buffer;
    private dma_addr_t _busAddress;
    private Batch* _pending;
    private bool _listens;

    /// <summary>Samples that were added up, and their sum.</summary>
    public uint Count { get; private set; }

    public ulong Sum { get; private set; }

    /// <summary>The memory the card writes to.</summary>
    public uint* Buffer => _buffer;

    /// <summary>Brings the card up. May sleep.</summary>
    /// <returns>0, or a negated error number.</returns>
    public int Start()
    {
        tasklet_init(_tasklet, AddUp, 0);
        _registers = (byte*)ioremap(SensorCard.Registers, SensorCard.RegisterBytes);
        if (_registers == null)
            return -EIO;
        _buffer = (uint*)dma_alloc_coherent(_device, BufferBytes, out _busAddress, GFP_KERNEL);
        if (_buffer == null)
            return -ENOMEM;
        writel((uint)_busAddress.Value, _registers + SensorCard.BufferRegister);
        int status = request_irq(SensorCard.InterruptLine, Handle, 0, "sensor", _registers);
        _listens = status == 0;
        return status;
    }

    /// <summary>Takes the card down, as far as <see cref="Start"/> brought it up. May sleep.</summary>
    public void Dispose()
    {
        if (_listens)
            free_irq(SensorCard.InterruptLine, _registers);
        tasklet_kill(_tasklet);
        if (_buffer != null)
            dma_free_coherent(_device, BufferBytes, _buffer, _busAddress);
        iounmap(_registers);
        _batches.Dispose();
    }

    // In hard-interrupt context: takes the samples off the card and leaves the rest for later.
    private irqreturn_t Handle(int irq, void* registers)
    {
        Batch* batch = _batches.TryAllocate(GFP_ATOMIC);
        if (batch == null)
            return irqreturn_t.IRQ_HANDLED;
        batch->Count = Math.Min(readl((byte*)registers + SensorCard.CountRegister), Batch.Most);
        memcpy(batch->Samples, _buffer, batch->Count * sizeof(uint));
        batch->Next = _pending;
        _pending = batch;
        tasklet_schedule(_tasklet);
        return irqreturn_t.IRQ_HANDLED;
    }

    private void AddUp(nuint data)
    {
        while (_pending != null)
        {
            Batch* batch = _pending;
            _pending = batch->Next;
            foreach (uint sample in new ReadOnlySpan<uint>(batch->Samples, (int)batch->Count))
                Sum += sample;
            Count += batch->Count;
            _batches.Free(batch);
        }
    }

    private struct Batch
    {
        public const int Most = 16;

        public Batch* Next;
        public uint Count;
        public fixed uint Samples[Most];
    }
}
