using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Imaging.Codecs;

internal enum PixelFormat { Gray = 1, Rgb = 3, Rgba = 4 }

internal readonly record struct Header(int Width, int Height, PixelFormat Format)
{
    public const int Size = 12;

    public int Stride => (Width * (int)Format + 15) & ~15;

    public nuint Bytes => (nuint)Stride * (nuint)Height;

    public static Header Read(ReadOnlySpan<byte> bytes)
    {
        int width = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        int height = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        int format = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (width is <= 0 or > 32_768 || height is <= 0 or > 32_768 || format is not (1 or 3 or 4))
            throw new InvalidDataException($"A picture of {width} x {height} in format {format} cannot be.");
        return new Header(width, height, (PixelFormat)format);
    }
}

/// <summary>Pixels outside of the managed heap, rows aligned for vectors.</summary>
internal sealed unsafe class Picture : IDisposable
{
    private byte* _pixels;

    public Picture(Header header)
    {
        Header = header;
        _pixels = (byte*)NativeMemory.AlignedAlloc(header.Bytes, 64);
        GC.AddMemoryPressure((long)header.Bytes);
    }

    ~Picture() => Release();

    public Header Header { get; private set; }

    public bool IsDisposed => _pixels == null;

    public Span<byte> Row(int y)
    {
        ObjectDisposedException.ThrowIf(_pixels == null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Header.Height);
        return new Span<byte>(_pixels + (nint)y * Header.Stride, Header.Width * (int)Header.Format);
    }

    /// <summary>Turns colours to grey where they are; the buffer shrinks.</summary>
    public void ToGray()
    {
        if (Header.Format == PixelFormat.Gray)
            return;

        var header = Header with { Format = PixelFormat.Gray };
        byte* gray = (byte*)NativeMemory.AlignedAlloc(header.Bytes, 64);
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> from = Row(y);
            byte* to = gray + (nint)y * header.Stride;
            for (int x = 0, i = 0; x < header.Width; x++, i += (int)Header.Format)
                to[x] = (byte)((from[i] * 2 + from[i + 1] * 5 + from[i + 2]) >> 3);
        }

        byte* old = _pixels;
        _pixels = gray;
        GC.RemoveMemoryPressure((long)Header.Bytes);
        GC.AddMemoryPressure((long)header.Bytes);
        Header = header;
        NativeMemory.AlignedFree(old);
    }

    /// <summary>Another picture of the same pixels, upside down.</summary>
    public Picture Flip()
    {
        var flipped = new Picture(Header);
        try
        {
            for (int y = 0; y < Header.Height; y++)
                Row(y).CopyTo(flipped.Row(Header.Height - 1 - y));
            return flipped;
        }
        catch
        {
            flipped.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        byte* pixels = _pixels;
        if (pixels == null)
            return;

        _pixels = null;
        GC.RemoveMemoryPressure((long)Header.Bytes);
        NativeMemory.AlignedFree(pixels);
    }
}

/// <summary>Run lengths, one row at a time.</summary>
internal static unsafe class RunLengthCodec
{
    private const int MaxRun = 255;

    public static Picture Decode(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Header.Size];
        stream.ReadExactly(bytes);
        var picture = new Picture(Header.Read(bytes));
        byte[] packed = ArrayPool<byte>.Shared.Rent(picture.Header.Stride * 2);
        try
        {
            for (int y = 0; y < picture.Header.Height; y++)
            {
                stream.ReadExactly(bytes[..4]);
                int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
                if (length < 0 || length > packed.Length)
                    throw new InvalidDataException($"Row {y} is {length} bytes long.");
                stream.ReadExactly(packed, 0, length);
                if (!TryUnpack(packed.AsSpan(0, length), picture.Row(y)))
                    throw new InvalidDataException($"Row {y} is damaged.");
            }
        }
        catch
        {
            picture.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }

        return picture;
    }

    public static void Encode(Picture picture, Stream stream)
    {
        int most = picture.Header.Stride * 2;
        byte* packed = (byte*)NativeMemory.Alloc((nuint)most);
        try
        {
            Span<byte> header = stackalloc byte[Header.Size];
            BinaryPrimitives.WriteInt32LittleEndian(header, picture.Header.Width);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], picture.Header.Height);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], (int)picture.Header.Format);
            stream.Write(header);
            for (int y = 0; y < picture.Header.Height; y++)
            {
                int length = Pack(picture.Row(y), packed);
                BinaryPrimitives.WriteInt32LittleEndian(header, length);
                stream.Write(header[..4]);
                stream.Write(new ReadOnlySpan<byte>(packed, length));
            }
        }
        finally
        {
            NativeMemory.Free(packed);
        }
    }

    private static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> row)
    {
        int to = 0;
        for (int from = 0; from + 1 < packed.Length; from += 2)
        {
            int run = packed[from];
            if (run > row.Length - to)
                return false;
            row.Slice(to, run).Fill(packed[from + 1]);
            to += run;
        }

        return to == row.Length;
    }

    private static int Pack(ReadOnlySpan<byte> row, byte* packed)
    {
        byte* end = packed;
        for (int i = 0; i < row.Length;)
        {
            int run = 1;
            while (run < MaxRun && i + run < row.Length && row[i + run] == row[i])
                run++;
            *end++ = (byte)run;
            *end++ = row[i];
            i += run;
        }

        return (int)(end - packed);
    }
}

/// <summary>A table that grows: the first few entries live in it, more of them outside.</summary>
internal unsafe struct Palette : IDisposable
{
    private const int Inline = 16;

    private fixed uint _few[Inline];
    private uint* _many;
    private int _capacity;
    private int _count;

    public readonly int Count => _count;

    public uint this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count);
            return _many != null ? _many[index] : _few[index];
        }
    }

    public void Add(uint colour)
    {
        if (_many == null && _count < Inline)
        {
            _few[_count++] = colour;
            return;
        }

        if (_many == null)
        {
            _capacity = Inline * 2;
            _many = (uint*)NativeMemory.Alloc((nuint)_capacity, sizeof(uint));
            for (int i = 0; i < _count; i++)
                _many[i] = _few[i];
        }
        else if (_count == _capacity)
        {
            _capacity *= 2;
            _many = (uint*)NativeMemory.Realloc(_many, (nuint)_capacity * sizeof(uint));
        }

        _many[_count++] = colour;
    }

    public void Dispose()
    {
        NativeMemory.Free(_many);
        _many = null;
        _count = _capacity = 0;
    }

    public static int CountColours(Picture picture)
    {
        using var palette = new Palette();
        for (int y = 0; y < picture.Header.Height; y++)
        {
            Span<byte> row = picture.Row(y);
            for (int x = 0; x < row.Length; x += (int)picture.Header.Format)
                Unsafe.AsRef(in palette).AddOnce(row[x]);
        }

        return palette.Count;
    }

    private void AddOnce(uint colour)
    {
        for (int i = 0; i < _count; i++)
        {
            if (this[i] == colour)
                return;
        }

        Add(colour);
    }
}
