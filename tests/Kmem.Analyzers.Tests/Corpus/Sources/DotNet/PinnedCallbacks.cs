using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Interop.Pinning;

/// <summary>A device that reads and writes in the background.</summary>
internal static unsafe class NativeDevice
{
    [DllImport("asyncdev")]
    public static extern int dev_read(nint device, byte* buffer, int length);

    [DllImport("asyncdev")]
    public static extern int dev_start(nint device, nint buffer, int length, delegate* unmanaged<int, nint, void> done, nint context);

    [DllImport("asyncdev")]
    public static extern int dev_watch(nint device, delegate* unmanaged<nint, int> callback, nint context);

    [DllImport("asyncdev")]
    public static extern void dev_unwatch(nint device, nint context);
}

/// <summary>One operation in flight: the buffer stays where it is until the device has called back.</summary>
internal sealed unsafe class Operation
{
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GCHandle _buffer;
    private GCHandle _self;

    private Operation(byte[] buffer)
    {
        _buffer = GCHandle.Alloc(buffer, GCHandleType.Pinned);
        _self = GCHandle.Alloc(this);
    }

    public static Task<int> StartAsync(nint device, byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var operation = new Operation(buffer);
        int error = NativeDevice.dev_start(
            device, operation._buffer.AddrOfPinnedObject(), buffer.Length, &OnDone, GCHandle.ToIntPtr(operation._self));
        if (error != 0)
        {
            operation.Release();
            return Task.FromException<int>(new InvalidOperationException($"The device does not start: {error}."));
        }

        return operation._completion.Task;
    }

    [UnmanagedCallersOnly]
    private static void OnDone(int result, nint context)
    {
        var operation = (Operation)GCHandle.FromIntPtr(context).Target!;
        operation.Release();
        if (result >= 0)
            operation._completion.TrySetResult(result);
        else
            operation._completion.TrySetException(new InvalidOperationException($"The device failed: {result}."));
    }

    private void Release()
    {
        if (_buffer.IsAllocated)
            _buffer.Free();
        if (_self.IsAllocated)
            _self.Free();
    }
}

/// <summary>A subscription to a device's events, kept alive by a handle.</summary>
internal sealed unsafe class Watch : IDisposable
{
    private readonly nint _device;
    private readonly Func<bool> _callback;
    private GCHandle _handle;

    private Watch(nint device, Func<bool> callback)
    {
        _device = device;
        _callback = callback;
        _handle = GCHandle.Alloc(this, GCHandleType.Normal);
    }

    public static Watch? TryStart(nint device, Func<bool> callback)
    {
        var watch = new Watch(device, callback);
        if (NativeDevice.dev_watch(device, &OnEvent, GCHandle.ToIntPtr(watch._handle)) == 0)
            return watch;
        watch._handle.Free();
        return null;
    }

    public void Dispose()
    {
        if (!_handle.IsAllocated)
            return;
        NativeDevice.dev_unwatch(_device, GCHandle.ToIntPtr(_handle));
        _handle.Free();
    }

    [UnmanagedCallersOnly]
    private static int OnEvent(nint context)
    {
        GCHandle handle = GCHandle.FromIntPtr(context);
        return handle.Target is Watch watch && watch._callback() ? 1 : 0;
    }
}

/// <summary>Objects that native code knows by a number.</summary>
internal sealed class HandleTable<T>
    where T : class
{
    private readonly ConcurrentDictionary<nint, GCHandle> _handles = new();

    public nint Add(T target)
    {
        GCHandle handle = GCHandle.Alloc(target);
        nint key = GCHandle.ToIntPtr(handle);
        _handles[key] = handle;
        return key;
    }

    public T? Find(nint key) => _handles.TryGetValue(key, out GCHandle handle) ? handle.Target as T : null;

    public bool Remove(nint key)
    {
        if (!_handles.TryRemove(key, out GCHandle handle))
            return false;
        handle.Free();
        return true;
    }

    public void Clear()
    {
        foreach (KeyValuePair<nint, GCHandle> pair in _handles)
        {
            if (_handles.TryRemove(pair))
                pair.Value.Free();
        }
    }
}

internal static unsafe class Pinned
{
    public static int Read(nint device, byte[] buffer)
    {
        if (buffer.Length == 0)
            return 0;
        fixed (byte* start = buffer)
            return NativeDevice.dev_read(device, start, buffer.Length);
    }

    /// <summary>Pins several arrays for the time of a call.</summary>
    public static TResult With<TResult>(byte[][] arrays, Func<nint[], TResult> use)
    {
        var handles = new GCHandle[arrays.Length];
        nint[] addresses = new nint[arrays.Length];
        int pinned = 0;
        try
        {
            for (; pinned < arrays.Length; pinned++)
            {
                handles[pinned] = GCHandle.Alloc(arrays[pinned], GCHandleType.Pinned);
                addresses[pinned] = handles[pinned].AddrOfPinnedObject();
            }

            return use(addresses);
        }
        finally
        {
            for (int i = 0; i < pinned; i++)
                handles[i].Free();
        }
    }

    public static ulong Sum(ReadOnlySpan<int> values)
    {
        ulong sum = 0;
        fixed (int* first = &MemoryMarshal.GetReference(values))
        {
            for (int i = 0; i < values.Length; i++)
                sum += (uint)Unsafe.Add(ref *first, i);
        }

        return sum;
    }
}
