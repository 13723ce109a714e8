using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Interop.Audio;

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct AudioFormat
{
    public int Rate;
    public int Channels;
    public nint Name;
}

[UnmanagedFunctionPointer(CallingConvention.Cdecl)]
internal unsafe delegate int FillBuffer(nint context, float* samples, int count);

internal static unsafe class NativeAudio
{
    [DllImport("audio")] public static extern int audio_open(nint name, out AudioHandle handle);
    [DllImport("audio")] public static extern int audio_close(nint handle);
    [DllImport("audio")] public static extern int audio_start(AudioHandle handle, FillBuffer fill, nint context);
    [DllImport("audio")] public static extern int audio_stop(AudioHandle handle);
    [DllImport("audio")] public static extern int audio_format(AudioHandle handle, ref AudioFormat format);
}

/// <summary>The handle closes what it stands for, whatever happens.</summary>
internal sealed class AudioHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public AudioHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => NativeAudio.audio_close(handle) == 0;
}

internal sealed class AudioException(string what, int code) : Exception($"{what} failed ({code}).");

/// <summary>Plays what a mixer gives it, from a thread of the library.</summary>
internal sealed unsafe class AudioOutput : IDisposable
{
    private readonly AudioHandle _handle;
    private readonly FillBuffer _fill;
    private readonly Mixer _mixer;
    private GCHandle _context;
    private int _underruns;

    public AudioOutput(string name, Mixer mixer)
    {
        _mixer = mixer;
        _fill = Fill;
        nint copy = Marshal.StringToCoTaskMemUTF8(name);
        int code;
        try
        {
            code = NativeAudio.audio_open(copy, out _handle);
        }
        finally
        {
            Marshal.FreeCoTaskMem(copy);
        }

        if (code != 0 || _handle.IsInvalid)
        {
            _handle.Dispose();
            throw new AudioException("Opening " + name, code);
        }
    }

    public int Underruns => Volatile.Read(ref _underruns);

    public void Start()
    {
        _context = GCHandle.Alloc(this);
        int code = NativeAudio.audio_start(_handle, _fill, GCHandle.ToIntPtr(_context));
        if (code == 0)
            return;

        _context.Free();
        throw new AudioException("Starting", code);
    }

    public void Stop()
    {
        if (!_context.IsAllocated)
            return;

        NativeAudio.audio_stop(_handle);
        _context.Free();
    }

    public string Describe()
    {
        var format = new AudioFormat { Name = Marshal.AllocHGlobal(128) };
        try
        {
            int code = NativeAudio.audio_format(_handle, ref format);
            return code == 0 ? $"{Marshal.PtrToStringAnsi(format.Name)}: {format.Rate} Hz, {format.Channels} channels" : "unknown";
        }
        finally
        {
            Marshal.FreeHGlobal(format.Name);
        }
    }

    public void Dispose()
    {
        Stop();
        _handle.Dispose();
    }

    private static int Fill(nint context, float* samples, int count)
    {
        if (GCHandle.FromIntPtr(context).Target is not AudioOutput output)
            return -1;

        int filled = output._mixer.Mix(new Span<float>(samples, count));
        if (filled == count)
            return 0;

        new Span<float>(samples + filled, count - filled).Clear();
        Interlocked.Increment(ref output._underruns);
        return 0;
    }
}

/// <summary>Blocks of samples from any thread, taken by the thread that plays: under a lock that is held for a moment only.</summary>
internal sealed class Mixer
{
    private readonly ConcurrentQueue<float[]> _waiting = new();
    private readonly SemaphoreSlim _room = new(8);
    private SpinLock _lock = new(enableThreadOwnerTracking: false);
    private float[]? _current;
    private int _position;
    private float _volume = 1;

    public float Volume
    {
        get => Volatile.Read(ref _volume);
        set
        {
            bool taken = false;
            try
            {
                _lock.Enter(ref taken);
                _volume = value;
            }
            finally
            {
                if (taken)
                    _lock.Exit();
            }
        }
    }

    public async Task PlayAsync(float[] block, CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation);
        _waiting.Enqueue(block);
    }

    public int Mix(Span<float> samples)
    {
        int done = 0, released = 0;
        bool taken = false;
        _lock.Enter(ref taken);
        float volume = _volume;
        while (done < samples.Length && TryCurrent(ref released, out float[]? block))
        {
            int count = Math.Min(samples.Length - done, block!.Length - _position);
            for (int i = 0; i < count; i++)
                samples[done + i] = block[_position + i] * volume;
            _position += count;
            done += count;
        }

        _lock.Exit(useMemoryBarrier: false);
        if (released > 0)
            _room.Release(released);
        return done;
    }

    private bool TryCurrent(ref int released, out float[]? block)
    {
        while (_current is null || _position == _current.Length)
        {
            if (_current is not null)
                released++;
            _position = 0;
            if (!_waiting.TryDequeue(out _current))
            {
                block = null;
                return false;
            }
        }

        block = _current;
        return true;
    }
}
