using Kmem.Execution;

namespace Kmem.Pages;

/// <summary>
/// Single free frames kept by one CPU for one zone. The hot end holds frames freed last, still in the processor's cache; the cold end is filled
/// from the zone and emptied first. Order 0 is served here so that the zone's lock is taken once for a batch.
/// </summary>
internal sealed class CpuPageList
{
    public const int Batch = 31;
    public const int High = 6 * Batch;
    private const int Mask = 255;

    private readonly uint[] _frames = new uint[Mask + 1];
    private int _cold;
    private RawSpinLock _lock;

    public int Count { get; private set; }

    public void Lock() => _lock.Enter();

    public void Unlock() => _lock.Exit();

    public void PushHot(uint frame) => _frames[(_cold + Count++) & Mask] = frame;

    public void PushCold(uint frame)
    {
        _cold = (_cold - 1) & Mask;
        _frames[_cold] = frame;
        Count++;
    }

    public uint PopHot() => _frames[(_cold + --Count) & Mask];

    public uint PopCold()
    {
        uint frame = _frames[_cold];
        _cold = (_cold + 1) & Mask;
        Count--;
        return frame;
    }
}
