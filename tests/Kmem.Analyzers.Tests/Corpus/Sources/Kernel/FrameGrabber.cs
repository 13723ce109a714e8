using System;
using System.Threading.Tasks;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Media;

internal unsafe struct VideoBuffer
{
    public void* Memory;
    public dma_addr_t Bus;
    public nuint Size;
    public uint Sequence;
    public bool Filled;
}

/// <summary>A frame grabber: buffers that the card writes, a table in vmalloc memory and a window onto pages.</summary>
internal sealed unsafe partial class FrameGrabber
{
    private const int Buffers = 4;
    private const nuint FrameBytes = 640 * 480 * 2;

    private readonly device _device;
    private readonly VideoBuffer[] _buffers = new VideoBuffer[Buffers];
    private readonly semaphore _readers = new(1);
    private spinlock_t _lock;
    private ushort* _gamma;
    private byte* _registers;
    private uint _sequence;
    private bool _running;

    private FrameGrabber(device device) => _device = device;

    [MightSleep]
    public static FrameGrabber? Open(string name, ulong registers)
    {
        var grabber = new FrameGrabber(new device(name));
        if (grabber.MapRegisters(registers) && grabber.BuildGamma() && grabber.AllocateBuffers())
            return grabber;
        grabber.Close();
        return null;
    }

    [MightSleep]
    public void Close()
    {
        Stop();
        FreeBuffers();
        vfree(_gamma);
        _gamma = null;
        iounmap(_registers);
        _registers = null;
    }

    [MightSleep]
    public bool Start(uint irq)
    {
        down(_readers);
        bool started = !_running && request_irq(irq, OnFrame, 0, "grabber", null) == 0;
        if (started)
        {
            _running = true;
            for (int i = 0; i < Buffers; i++)
                writel((uint)_buffers[i].Bus.Value, _registers + 0x20 + 4 * i);
            writel(1, _registers);
        }

        up(_readers);
        return started;
    }

    public void Stop()
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        if (_running)
        {
            _running = false;
            writel(0, _registers);
        }

        spin_unlock_irqrestore(ref _lock, flags);
    }

    /// <summary>Copies the newest frame into a caller's memory, through the gamma table.</summary>
    [MightSleep]
    public int Read(Span<ushort> pixels)
    {
        if (pixels.Length < (int)(FrameBytes / sizeof(ushort)))
            return -EINVAL;
        down(_readers);
        int newest = FindNewest();
        if (newest >= 0)
        {
            ushort* raw = (ushort*)_buffers[newest].Memory;
            for (int i = 0; i < (int)(FrameBytes / sizeof(ushort)); i++)
                pixels[i] = _gamma[raw[i] >> 4];
        }

        up(_readers);
        return newest >= 0 ? 0 : -EBUSY;
    }

    /// <summary>Shows pages that lie anywhere as one piece, for the time of a callback.</summary>
    [MightSleep]
    public static int WithWindow(page** pages, uint count, delegate*<void*, uint, int> use)
    {
        void* window = vmap(pages, count);
        if (window == null)
            return -ENOMEM;
        int result = use(window, count);
        vunmap(window);
        return result;
    }

    private irqreturn_t OnFrame(int irq, void* cookie)
    {
        uint filled = readl(_registers + 0x10);
        if (filled >= Buffers)
            return irqreturn_t.IRQ_NONE;
        spin_lock(ref _lock);
        ref VideoBuffer buffer = ref _buffers[filled];
        buffer.Sequence = ++_sequence;
        buffer.Filled = true;
        spin_unlock(ref _lock);
        return irqreturn_t.IRQ_HANDLED;
    }

    private int FindNewest()
    {
        int newest = -1;
        spin_lock_irq(ref _lock);
        for (int i = 0; i < Buffers; i++)
        {
            if (_buffers[i].Filled && (newest < 0 || _buffers[i].Sequence > _buffers[newest].Sequence))
                newest = i;
        }

        if (newest >= 0)
            _buffers[newest].Filled = false;
        spin_unlock_irq(ref _lock);
        return newest;
    }

    private bool MapRegisters(ulong address)
    {
        _registers = (byte*)ioremap(address, PAGE_SIZE);
        return _registers != null;
    }

    private bool BuildGamma()
    {
        ushort* table = (ushort*)vmalloc(4096 * sizeof(ushort));
        if (table is null)
            return false;
        for (int i = 0; i < 4096; i++)
            table[i] = (ushort)(Math.Pow(i / 4095.0, 0.45) * ushort.MaxValue);
        _gamma = table;
        return true;
    }

    private bool AllocateBuffers()
    {
        for (int i = 0; i < _buffers.Length; i++)
        {
            void* memory = dma_alloc_coherent(_device, FrameBytes, out dma_addr_t bus, GFP_KERNEL | __GFP_NOWARN);
            if (memory == null)
            {
                printk($"grabber: no memory for buffer {i} of {Buffers}");
                return false;
            }

            _buffers[i] = new VideoBuffer { Memory = memory, Bus = bus, Size = FrameBytes };
        }

        return true;
    }

    private void FreeBuffers()
    {
        foreach (ref VideoBuffer buffer in _buffers.AsSpan())
        {
            if (buffer.Memory != null)
                dma_free_coherent(_device, buffer.Size, buffer.Memory, buffer.Bus);
            buffer = default;
        }
    }
}

/// <summary>The part of the grabber that waits for files.</summary>
internal sealed partial class FrameGrabber
{
    /// <summary>Writes frames to a file until the token says so.</summary>
    public async Task<int> RecordAsync(System.IO.Stream file, System.Threading.CancellationToken token)
    {
        int frames = 0;
        ushort[] pixels = new ushort[FrameBytes / sizeof(ushort)];
        while (!token.IsCancellationRequested)
        {
            if (Read(pixels) != 0)
            {
                await Task.Delay(10, token);
                continue;
            }

            byte[] bytes = new byte[pixels.Length * sizeof(ushort)];
            Buffer.BlockCopy(pixels, 0, bytes, 0, bytes.Length);
            await file.WriteAsync(bytes, token);
            frames++;
        }

        await file.FlushAsync(token);
        return frames;
    }
}
