using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;

namespace Interop.Text;

/// <summary>Converts strings to UTF-8 for a library that copies them, and back.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(ManagedToUnmanagedIn))]
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(Utf8Marshaller))]
internal static unsafe class Utf8Marshaller
{
    public static string? ConvertToManaged(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    public static void Free(byte* text) => NativeMemory.Free(text);

    /// <summary>Small strings go through the caller's buffer.</summary>
    public ref struct ManagedToUnmanagedIn
    {
        private byte* _allocated;
        private Span<byte> _buffer;

        public static int BufferSize => 256;

        public void FromManaged(string? text, Span<byte> buffer)
        {
            _allocated = null;
            _buffer = default;
            if (text is null)
                return;
            int size = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
            if (size > buffer.Length)
            {
                _allocated = (byte*)NativeMemory.Alloc((nuint)size);
                buffer = new Span<byte>(_allocated, size);
            }

            int length = Encoding.UTF8.GetBytes(text, buffer);
            buffer[length] = 0;
            _buffer = buffer;
        }

        public readonly byte* ToUnmanaged() => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(_buffer));

        public readonly void Free() => NativeMemory.Free(_allocated);
    }
}

/// <summary>An array of C strings, as programs get their arguments, with a null at its end.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private byte** _strings;
    private int _count;

    public StringVector(IReadOnlyList<string> strings)
    {
        _strings = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        try
        {
            for (; _count < strings.Count; _count++)
                _strings[_count] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[_count]);
        }
        catch
        {
            Release();
            throw;
        }
    }

    ~StringVector() => Release();

    public byte** Pointer => _strings;

    public int Count => _count;

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        byte** strings = _strings;
        if (strings == null)
            return;
        _strings = null;
        while (_count > 0)
            Marshal.FreeCoTaskMem((nint)strings[--_count]);
        NativeMemory.Free(strings);
    }
}

internal static unsafe class Environments
{
    [DllImport("libc")]
    private static extern int setenv(byte* name, nint value, int overwrite);

    [DllImport("libc")]
    private static extern byte* getenv(byte* name);

    public static bool Set(ReadOnlySpan<byte> name, string value)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(value);
        try
        {
            fixed (byte* first = name)
                return setenv(first, native, overwrite: 1) == 0;
        }
        finally
        {
            Marshal.ZeroFreeCoTaskMemUTF8(native);
        }
    }

    public static string? Get(string name)
    {
        Span<byte> small = stackalloc byte[128];
        byte[]? rented = null;
        int size = Encoding.UTF8.GetByteCount(name) + 1;
        Span<byte> buffer = size <= small.Length ? small : rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            buffer[Encoding.UTF8.GetBytes(name, buffer)] = 0;
            fixed (byte* first = buffer)
                return Marshal.PtrToStringUTF8((nint)getenv(first));
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A copy in C memory that outlives the call; whoever gets it frees it with NativeMemory.Free.</summary>
    public static byte* Duplicate(string text, out int length)
    {
        length = Encoding.UTF8.GetByteCount(text);
        byte* copy = (byte*)NativeMemory.Alloc((nuint)length + 1);
        fixed (char* characters = text)
            Encoding.UTF8.GetBytes(characters, text.Length, copy, length);
        copy[length] = 0;
        return copy;
    }
}
