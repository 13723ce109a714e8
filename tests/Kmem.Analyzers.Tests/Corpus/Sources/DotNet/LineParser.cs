using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Interop.Parsing;

internal readonly record struct Header(string Name, string Value);

/// <summary>Reads header lines from a stream through rented buffers.</summary>
internal sealed class LineParser : IDisposable
{
    private const int InitialSize = 256;
    private const int MaxLine = 64 * 1024;

    private readonly Stream _stream;
    private readonly ArrayPool<byte> _pool;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private bool _disposed;

    public LineParser(Stream stream, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _pool = pool ?? ArrayPool<byte>.Shared;
        _buffer = _pool.Rent(InitialSize);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        byte[] buffer = _buffer;
        _buffer = [];
        _pool.Return(buffer);
    }

    public async Task<List<Header>> ReadHeadersAsync(CancellationToken token)
    {
        var headers = new List<Header>();
        while (await ReadLineAsync(token).ConfigureAwait(false) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new InvalidDataException($"'{line}' is no header: it has no name in front of a colon.");
            headers.Add(new Header(line[..colon], line[(colon + 1)..].Trim()));
        }

        return headers;
    }

    private async ValueTask<string?> ReadLineAsync(CancellationToken token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (length >= 0)
                return TakeLine(scanned + length);
            scanned = _end - _start;
            if (!await FillAsync(token).ConfigureAwait(false))
                return scanned == 0 ? null : TakeLine(scanned);
        }
    }

    private string TakeLine(int length)
    {
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        if (!line.IsEmpty && line[^1] == '\r')
            line = line[..^1];
        return Encoding.ASCII.GetString(line);
    }

    private async ValueTask<bool> FillAsync(CancellationToken token)
    {
        if (_end == _buffer.Length)
            MakeRoom();
        int read = await _stream.ReadAsync(_buffer.AsMemory(_end), token).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private void MakeRoom()
    {
        int used = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, used).CopyTo(_buffer);
            _start = 0;
            _end = used;
            return;
        }

        if (used >= MaxLine)
            throw new InvalidDataException($"A line is longer than {MaxLine} bytes.");
        byte[] old = _buffer;
        byte[] larger = _pool.Rent(old.Length * 2);
        old.AsSpan(0, used).CopyTo(larger);
        _buffer = larger;
        _pool.Return(old);
    }
}

/// <summary>Small conversions with a buffer on the stack, or a rented one where the text is long.</summary>
internal static class Hex
{
    private const int StackLimit = 256;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        int length = checked(bytes.Length * 2);
        char[]? rented = null;
        Span<char> text = length <= StackLimit ? stackalloc char[StackLimit] : (rented = ArrayPool<char>.Shared.Rent(length));
        for (int i = 0; i < bytes.Length; i++)
            bytes[i].TryFormat(text[(i * 2)..], out _, "x2");
        string result = new(text[..length]);
        if (rented != null)
            ArrayPool<char>.Shared.Return(rented);
        return result;
    }

    public static bool TryDecode(ReadOnlySpan<char> text, Action<ReadOnlySpan<byte>> use)
    {
        if (text.Length % 2 != 0)
            return false;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(text.Length / 2);
        try
        {
            for (int i = 0; i < text.Length; i += 2)
            {
                int high = Digit(text[i]);
                int low = Digit(text[i + 1]);
                if (high < 0 || low < 0)
                    return false;
                bytes[i / 2] = (byte)(high << 4 | low);
            }

            use(bytes.AsSpan(0, text.Length / 2));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    public static async Task CopyAsync(Stream from, Stream to, CancellationToken token)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, token).ConfigureAwait(false)) != 0)
                await to.WriteAsync(buffer.AsMemory(0, read), token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
