using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Network.Framing;

internal readonly record struct FrameHeader(byte Kind, int Length)
{
    public const int Size = 5;
    public const int MaxLength = 1 << 20;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        header = new FrameHeader(bytes[0], MemoryMarshal.Read<int>(bytes[1..]));
        return header.Length is >= 0 and <= MaxLength;
    }
}

/// <summary>A frame whose bytes were borrowed from the pool: whoever gets it gives them back.</summary>
internal struct Frame(byte kind, byte[] bytes, int length) : IDisposable
{
    private byte[]? _bytes = bytes;

    public byte Kind { get; } = kind;

    public readonly ReadOnlySpan<byte> Bytes => _bytes is null ? default : _bytes.AsSpan(0, length);

    public void Dispose()
    {
        byte[]? bytes = _bytes;
        _bytes = null;
        if (bytes is not null)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}

/// <summary>Reads frames from a stream, with a buffer that grows to the largest of them.</summary>
internal sealed class FrameReader(Stream stream) : IAsyncDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int _start, _end;

    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellation)
    {
        FrameHeader header;
        while (!FrameHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out header))
        {
            if (_end - _start >= FrameHeader.Size)
                throw new InvalidDataException("A frame is longer than frames may be.");
            if (!await FillAsync(FrameHeader.Size, cancellation))
                return null;
        }

        while (_end - _start < FrameHeader.Size + header.Length)
        {
            if (!await FillAsync(FrameHeader.Size + header.Length, cancellation))
                throw new EndOfStreamException();
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(header.Length);
        _buffer.AsSpan(_start + FrameHeader.Size, header.Length).CopyTo(copy);
        _start += FrameHeader.Size + header.Length;
        return new Frame(header.Kind, copy, header.Length);
    }

    public async IAsyncEnumerable<string> TextsAsync()
    {
        while (await ReadAsync(CancellationToken.None) is { } frame)
        {
            using (frame)
            {
                if (frame.Kind == 1)
                    yield return Encoding.UTF8.GetString(frame.Bytes);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        return stream.DisposeAsync();
    }

    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_buffer.Length < wanted)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(wanted);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            (byte[] old, _buffer) = (_buffer, larger);
            ArrayPool<byte>.Shared.Return(old);
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }
}

/// <summary>Lines and numbers out of bytes, without a string for each.</summary>
internal static class Tables
{
    public static int Sum(ReadOnlySpan<char> text)
    {
        char[]? rented = null;
        Span<char> digits = text.Length <= 128 ? stackalloc char[128] : rented = ArrayPool<char>.Shared.Rent(text.Length);
        int count = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
                digits[count++] = c;
        }

        int sum = 0;
        foreach (char digit in digits[..count])
            sum += digit - '0';
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return sum;
    }

    public static string Join(IReadOnlyList<string> parts, char separator)
    {
        int length = Math.Max(parts.Count - 1, 0);
        foreach (string part in parts)
            length += part.Length;

        char[] pooled = ArrayPool<char>.Shared.Rent(length);
        try
        {
            int at = 0;
            for (int i = 0; i < parts.Count; i++)
            {
                if (i > 0)
                    pooled[at++] = separator;
                parts[i].CopyTo(0, pooled, at, parts[i].Length);
                at += parts[i].Length;
            }

            return new string(pooled, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(pooled);
        }
    }

    /// <summary>Calls back with the bytes of a text, which are gone afterwards.</summary>
    public static unsafe int WithBytes(string text, Func<nint, int, int> use)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte* bytes = (byte*)NativeMemory.Alloc((nuint)most + 1);
        int length;
        fixed (char* chars = text)
            length = Encoding.UTF8.GetBytes(chars, text.Length, bytes, most);
        bytes[length] = 0;
        try
        {
            return use((nint)bytes, length);
        }
        finally
        {
            NativeMemory.Free(bytes);
        }
    }
}
